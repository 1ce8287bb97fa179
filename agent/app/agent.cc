#include "agent/app/agent.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "agent/app/site.h"
#include "agent/execution/left_behind.h"

namespace depops::agent {

Agent::Agent(Settings settings, Loaded loaded, const Moment& now)
    : site_(std::make_unique<Site>(std::move(settings), std::move(loaded), now)) {}
Agent::~Agent() = default;
Agent::Agent(Agent&&) noexcept = default;
Agent& Agent::operator=(Agent&&) noexcept = default;

Output Agent::step(const Input& input, const Moment& now) { return site_->step(input, now); }
bool Agent::busy() const noexcept { return site_->busy(); }
TimeReading Agent::time(const Moment& now) const { return site_->time(now); }

Agent::Site::Site(Settings settings, Loaded loaded, const Moment& now)
    : settings_(std::move(settings)),
      site_(loaded.site),
      trust_(std::move(loaded.trust)),
      held_(std::move(loaded.desired)),
      damaged_(std::move(loaded.damaged)),
      outbox_(std::hash<std::string>{}(loaded.incarnation)),
      spool_(settings_.spool_entries),
      timing_{TrustedTime(site_.time, settings_.least_time), {}},
      started_(Stamp::of(now)) {
  for (auto& record : loaded.records) {
    const ServiceName name = record->service;
    order_sum_ += record->order;
    services_[name].record = std::move(record);
  }
  outbox_.load({sync::Stream::events, loaded.events_first, site_.events_last}, site_.events_acked);
  outbox_.load({sync::Stream::audit, loaded.audit_first, site_.audit_last}, site_.audit_acked);
  speaking_.history = HealthHistory(settings_.health_bytes);
  site_.hub_epoch = std::max(site_.hub_epoch, settings_.least_hub_epoch);
  looked_ = services_.empty();
}

Output Agent::Site::step(const Input& input, const Moment& now) {
  Turn turn{now, now, {}, false};
  read_time(turn);
  weigh_spool(turn);
  std::visit([&](const auto& what) { on(turn, what); }, input);
  order(turn);
  if (turn.site_changed) {
    site_.time = timing_.clock.kept(now);
    turn.out.batch.site = site_;
  }
  return std::move(turn.out);
}

bool Agent::Site::busy() const noexcept {
  return std::any_of(services_.begin(), services_.end(),
                     [](const auto& item) { return item.second.record->phase != rollout::Phase::idle; });
}

void Agent::Site::on(Turn& turn, const Tick&) {
  if (!damaged_.empty() && !std::exchange(damage_told_, true) && storage_ != Storage::gone)
    note(turn, "site.damaged", "damaged",
         "the journal does not hold what was written (" + damaged_ +
             "): nothing goes forward here; enrol the site again");
  if (std::exchange(stalled_, false)) sending_ = false;
  watch_time(turn);
  observe_all(turn);
  measure(turn);
  tell(turn);
  send(turn);
}

void Agent::Site::on(Turn& turn, const RuntimeFacts& facts) {
  const bool moved = !runtime_ || runtime_->endpoints != facts.endpoints || runtime_->left != facts.left;
  // Of the first look nothing is told: the agent before this one has told it.
  const bool knew = runtime_ && runtime_->applied_seq > 0 && !only_observes();
  for (const LeftBehind& left : knew ? newly_left(runtime_->left, facts.left) : std::vector<LeftBehind>())
    write(turn, rollout::Notice{turn.now.wall, left.service, "left-behind", words_of(left, records())});
  runtime_ = facts;
  router_dirty_ = router_dirty_ || moved;
  runtime_dirty_ = runtime_dirty_ || moved;
  observe_all(turn);
}

void Agent::Site::on(Turn& turn, const RouterFacts& facts) {
  router_ = facts;
  router_->at = turn.dated(facts.at);
  runtime_dirty_ = true;  // endpoints may have become quiet
  observe_all(turn);
  measure(turn);
}

void Agent::Site::on(Turn& turn, const ArtifactFacts& facts) {
  artifacts_[facts.digest] = facts;
  observe_all(turn);
}

void Agent::Site::on(Turn& turn, const Measured& measured) {
  const std::string& name = measured.reading.metric.str();
  const std::size_t slash = name.find('/');
  if (slash == std::string::npos) return;
  const auto found = services_.find(ServiceName(name.substr(0, slash)));
  if (found == services_.end()) return;
  Service& service = found->second;
  const rollout::Record& record = *service.record;
  if (!record.analysis && !record.background) return;
  rollout::Sample sample;
  sample.metric = MetricName(name.substr(slash + 1));
  sample.at = turn.dated(measured.reading.at);
  sample.rows = measured.reading.rows;
  sample.error = measured.error;
  sample.nothing = measured.nothing;
  for (const auto& [set, value] : measured.values) {
    if (record.plan && set == record.plan->target.set) sample.target = value;
    if (record.stable && set == record.stable->set) sample.stable = value;
  }
  std::erase_if(service.samples, [&](const rollout::Sample& old) { return old.metric == sample.metric; });
  service.samples.push_back(std::move(sample));
  service.asked = {};
  observe_all(turn);
}

// What came while it was full was not looked at: the hub says it again after a Hello.
void Agent::Site::weigh_spool(Turn& turn) {
  const Room before = spool_.room();
  if (!spool_.weigh(outbox_.telling())) return;
  speaking_.called = speaking_.called || before == Room::full;
  const bool better = spool_.room() < before;
  if (storage_ == Storage::gone || (better && spool_.room() != Room::ample)) return;
  const std::string text =
      better ? "the hub has taken what waited for it: new things may start again" : spool_.reason(outbox_.online());
  note(turn, ("site.spool_" + std::string(name_of(spool_.room()))).c_str(), "spool", text);
}

void Agent::Site::on(Turn& turn, const StorageSeen& seen) {
  if (seen.storage == storage_) return;
  const bool worse = seen.storage > storage_;
  storage_ = seen.storage;
  if (storage_ == Storage::gone) return;
  const char* text =
      worse ? "the disk of the agent's journal is full or nearly so: free space; until then nothing new starts"
            : "the disk of the agent's journal has room again";
  write(turn, rollout::Notice{turn.now.wall, {}, "storage", text});
}

}  // namespace depops::agent
