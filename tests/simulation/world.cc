#include "tests/simulation/world.h"

#include <algorithm>
#include <utility>

#include "shared/sync/fingerprint.h"

namespace depops::simulation {

using namespace std::chrono_literals;

namespace {

constexpr std::uint64_t kSmallSpool = 40;  // entries that wait for the hub: a few minutes without it fill that

}  // namespace

World::World(const Schedule& schedule, std::vector<std::uint64_t>& rows, Place place)
    : place_(std::move(place)),
      schedule_(schedule),
      rng_(schedule.seed),
      bug_(schedule.bug),
      rows_(rows),
      tell_(schedule.tell),
      runtime_(rng_, profiles_),
      router_(rng_, runtime_, profiles_),
      journal_(rng_, schedule.bug, place_.tag),
      script_(journal_),
      hub_(place_.hub != nullptr ? *place_.hub : script_),
      invariants_(runtime_, router_),
      hooks_(rng_, &invariants_.hooks()) {
  now_ = {Instant(1'800'000'000s), 1'000'000ms, BootId("boot-1")};
  true_now_ = now_.wall;
  haunted_ = static_cast<rollout::Phase>(rng_.below(rollout::kPhases));
  if (hub_.is_script() && rng_.chance(schedule_.family == Family::ratio ? 1'000 : 150)) router_.set_capabilities({});
  router_.set_rate(rng_.chance(150) ? 0 : rng_.between(10, 300));
  restart("start");
}

void World::note(const std::string& text) {
  if (tell_)
    result_.story.push_back(place_.tag + "+" + std::to_string(now_.boottime.count() - 1'000'000) + " ms  " + text);
}

// A trusted wall clock is the planted bug: the agent is told that time since the boot is what the wall clock says.
Moment World::seen_now() const {
  if (bug_ != Bug::trust_wall_clock) return now_;
  return {now_.wall, Millis(now_.wall.time_since_epoch()), now_.boot};
}

// What the hub signs. That the agent believes its machine's clock is the planted bug: the hub says what that shows.
Instant World::signed_time() const { return bug_ == Bug::believe_the_clock ? now_.wall : hub_.time(true_now_); }

void World::advance(Millis step) {
  true_now_ += step;
  now_.wall += step;
  now_.boottime += step;
  runtime_.advance(now_, step);
  router_.advance(now_, step);
  hooks_.advance(now_);
  for (const EndpointId& id : runtime_.take_stopped()) {
    invariants_.on_stopped(id, router_.receives(id), router_.in_flight(id));
  }
}

void World::crash_point(const char* where) {
  if (crash_in_ == 0 || --crash_in_ > 0) return;
  note(std::string("crash ") + where);
  throw Crash{};
}

void World::restart(const char* where) {
  runtime_.adapter_restarted();
  router_.adapter_restarted();
  hooks_.adapter_restarted();
  artifacts_.clear();
  std::erase_if(to_agent_, [](const Mail&) { return true; });
  ++session_;
  agent::Settings settings;
  settings.site = place_.site;
  settings.router = router_.capabilities();
  if (schedule_.seed % 2 == 1) settings.coalesce_after = 1;
  if (schedule_.seed % 3 == 1) settings.spool_entries = kSmallSpool;
  if (bug_ == Bug::believe_in_weights) settings.router.weights = true;
  const agent::Loaded loaded = journal_.load();
  invariants_.on_site(journal_.site(), loaded.site);
  invariants_.on_restart();
  agent_ = std::make_unique<agent::Agent>(settings, loaded, seen_now());
  note(std::string("agent starts after ") + where);
  if (journal_.full()) deliver(agent::StorageSeen{agent::Storage::full});
  deliver(agent::Tick{});
  deliver(link_now());
  if (connected_) send_down(hub_is_there());
}

void World::commit(const agent::Output& output, bool& refused) {
  if (output.batch.empty()) return;
  crash_point("before a commit");
  const rollout::Record* record = journal_.record();
  const std::shared_ptr<const rollout::Record> before =
      record != nullptr ? std::make_shared<rollout::Record>(*record) : nullptr;
  const agent::SiteState site = journal_.site();
  if (!journal_.commit(output.batch)) {
    refused = true;
    return;
  }
  ++commits_;
  if (output.batch.site) invariants_.on_site(site, journal_.site());
  invariants_.on_commit(before.get(), journal_.record(), output.batch, now_);
  invariants_.on_time(site, journal_.site(), output.batch, agent_->time(now_), hub_.time(true_now_));
  count_rows(output.batch);
  crash_point("after a commit");
}

void World::deliver(const agent::Input& input) {
  ++result_.events;
  try {
    const agent::Output output = agent_->step(input, seen_now());
    bool refused = false;
    if (bug_ == Bug::act_before_commit) {
      for (const agent::Effect& effect : output.effects) carry_out(effect);
    }
    commit(output, refused);
    if (refused) return restart("a full disk");
    if (bug_ == Bug::act_before_commit) return;
    for (const agent::Effect& effect : output.effects) {
      crash_point("before an effect");
      carry_out(effect);
    }
  } catch (const Crash&) {
    crash_in_ = 0;
    restart("a crash");
  }
}

void World::carry_out(const agent::Effect& effect) {
  std::visit([this](const auto& what) { act(what); }, effect);
}

void World::act(const agent::ApplyRuntime& effect) {
  ++orders_;
  agent::RuntimeOrders orders = effect.orders;
  for (const agent::SetOrder& order : orders.sets) know(order.snapshot.set, versions_ + 1);
  if (bug_ == Bug::release_undrained) {
    for (const auto& instance : runtime_.instances()) {
      if (instance.state == agent::EndpointState::retiring) orders.released.push_back(instance.id);
    }
  }
  if (bug_ == Bug::shrink_early && orders.sets.size() == 2 && router_.share(orders.sets[0].snapshot.set) > 0) {
    orders.sets.pop_back();
  }
  if (bug_ == Bug::lose_companions)
    std::erase_if(orders.sets, [](const auto& order) { return order.snapshot.set.str().ends_with("-worker"); });
  if (bug_ == Bug::shrink_with_requests) {
    for (agent::SetOrder& order : orders.sets) {
      if (router_.share(order.snapshot.set) > 50) order.replicas = (order.replicas + 1) / 2;
    }
  }
  invariants_.on_write(orders, journal_.site().runtime_seq, journal_.record());
  runtime_.apply(orders, now_.boottime);
}

void World::act(const agent::ApplyRouter& effect) {
  ++orders_;
  agent::RouterOrders orders = effect.orders;
  if (bug_ == Bug::weight_before_capacity && !orders.routes.empty() && orders.routes[0].shares.size() == 2) {
    orders.routes[0].shares[0].percent = std::max(orders.routes[0].shares[0].percent, 10U);
    orders.routes[0].shares[1].percent = 100 - orders.routes[0].shares[0].percent;
  }
  if (bug_ == Bug::keep_routes && !orders.routes.empty() && orders.routes[0].forced.empty()) {
    orders.routes[0].forced = kept_routes_;
  }
  if (!orders.routes.empty()) kept_routes_ = orders.routes[0].forced;
  invariants_.on_write(orders, journal_.site().router_seq, journal_.record());
  router_.apply(orders, now_.boottime);
}

void World::act(const agent::WantArtifacts& effect) {
  for (const agent::ArtifactRef& ref : effect.refs) {
    const bool broken = !quiet_ && rng_.chance(10);
    to_agent_.push_back({now_.boottime + Millis(rng_.below(800)),
                         agent::ArtifactFacts{ref.digest, !broken, ref.size, broken ? "wrong digest" : "", broken}});
  }
}

void World::act(const agent::Measure& effect) {
  for (const agent::MeasureOrder& order : effect.orders) {
    if (rng_.chance(100)) continue;
    agent::Measured measured;
    measured.reading.metric = order.metric;
    measured.reading.at = now_.wall;
    const agent::RouterFacts facts = router_.facts(now_);
    if (!facts.services.empty()) measured.reading.rows = facts.services[0].counters;
    if (rng_.chance(50)) measured.error = "connection refused";
    to_agent_.push_back({now_.boottime + Millis(rng_.below(300)), std::move(measured)});
  }
}

void World::act(const agent::SendEntries& effect) {
  agent::EntriesSent sent{effect.stream, effect.first, 0, 0};
  if (connected_) {
    const std::uint64_t most = std::min<std::uint64_t>(effect.max_entries, 16);
    std::vector<std::string> entries = journal_.read(effect.stream, effect.first, most);
    sent.entries = entries.size();
    sent.bytes = 100 * entries.size();
    const bool is_first = effect.first == Sequence(1);
    const auto before =
        is_first ? std::vector<std::string>{} : journal_.read(effect.stream, Sequence(effect.first.value() - 1), 1);
    const std::uint64_t previous = before.empty() ? 0 : sync::fingerprint(before.front());
    if (!entries.empty()) send_up(sync::Run{effect.stream, effect.first, std::move(entries), previous});
  }
  to_agent_.push_back({now_.boottime, sent});
}

void World::act(const agent::SendTelemetry& effect) {
  if (connected_) hub_.hear(effect.telemetry);
}

void World::act(const agent::AnswerVerb& effect) {
  accepted_ = effect.accepted;
  note(std::string("answer: ") + (effect.accepted ? "yes, " : "no, ") + effect.text);
}

}  // namespace depops::simulation
