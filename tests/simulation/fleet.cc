#include "tests/simulation/fleet.h"

#include <utility>

#include "hub/app/world.h"

namespace depops::simulation {

using namespace std::chrono_literals;

namespace {

constexpr std::uint32_t kTurnsOfFleet = 900;

}  // namespace

// One site's link to the hub.
class Fleet::End : public HubEnd {
 public:
  End(Fleet& fleet, SiteName site) : fleet_(fleet), site_(std::move(site)) {}

  bool has_document() const override { return !bytes_.empty(); }
  agent::DesiredArrived document(Instant) const override {
    return {bytes_, *fleet_.codec_.decode_desired(bytes_), {}, {}};
  }
  std::vector<sync::DownMessage> take(std::uint64_t session, const sync::UpMessage& message, const Moment&) override {
    fleet_.give(hub::FromSite{{site_, SiteEpoch(1), "00112233445566778899aabbccddeeff", session}, message});
    return {};
  }
  void hear(const sync::Telemetry& telemetry) override { fleet_.give(hub::Heard{site_, telemetry}); }
  void see(std::uint64_t session, bool online) override { fleet_.give(hub::Presence{site_, session, online}); }
  std::uint64_t received(sync::Stream stream) const override { return fleet_.rules_.recorded(site_, stream); }
  std::string problem() const override { return {}; }
  Instant time(Instant) const override { return fleet_.now_.wall; }
  void retain(std::string bytes) { bytes_ = std::move(bytes); }
  const SiteName& site() const { return site_; }

 private:
  Fleet& fleet_;
  SiteName site_;
  std::string bytes_;  // of the retained document
};

Fleet::Fleet(const Schedule& schedule, std::vector<std::uint64_t>& rows)
    : schedule_(schedule), rng_(schedule.seed ^ 0xF1EE7), bug_(schedule.bug), tell_(schedule.tell) {
  now_ = {Instant(1'800'000'000s), 5'000'000ms, BootId("hub")};
  load();
  for (std::size_t i = 0; i < std::size(kFleetSites); ++i) {
    ends_.push_back(std::make_unique<End>(*this, SiteName(kFleetSites[i])));
    Schedule own = schedule;
    own.seed = schedule.seed * 4 + i;
    Place place{SiteName(kFleetSites[i]), ends_.back().get(), std::to_string(i) + ":", static_cast<std::uint32_t>(i)};
    sites_.push_back(std::make_unique<World>(own, rows, std::move(place)));
    codec_.add(sites_.back()->journal());
  }
}

Fleet::~Fleet() = default;

void Fleet::note(const std::string& text) {
  if (tell_) sites_.front()->result().story.push_back("hub  " + text);
}

World* Fleet::site_of(const SiteName& name) {
  for (std::size_t i = 0; i < sites_.size(); ++i) {  // one site may still be in the making
    if (ends_[i]->site() == name) return sites_[i].get();
  }
  return nullptr;
}

void Fleet::load() {
  auto state = store_.load();
  auto loaded = hub::Hub::load(std::move(state).value(), catalog_, codec_);
  if (!loaded.ok()) throw Violation("the hub does not start: " + loaded.error().what);
  hub_.emplace(std::move(loaded).value());
  rules_.on_load(hub_->world());
  take(hub_->start(now_));
  for (const auto& site : sites_) site->send_down(agent::HubSeen{{HubEpoch(1), true, now_.wall}});
}

void Fleet::crash(const char* where) {
  crash_in_ = 0;
  note(std::string("crash ") + where);
  load();
}

bool Fleet::take(hub::Output output) {
  const auto dies = [this] { return crash_in_ > 0 && --crash_in_ == 0; };
  if (dies()) return crash("before a commit"), false;
  if (bug_ == Bug::hub_act_before_commit) {
    for (const hub::Effect& effect : std::exchange(output.effects, {})) carry_out(effect);
  }
  if (!output.changes.empty()) {
    const bool lost = bug_ == Bug::hub_lose_commit && rng_.chance(20);
    if (!lost && !store_.commit(output.changes).ok()) return crash("because a commit failed"), false;
    rules_.on_commit(output.changes, hub_->world());
  }
  wake_ = output.wake;
  for (const hub::Effect& effect : output.effects) {
    if (dies()) return crash("before an effect"), false;
    carry_out(effect);
  }
  return true;
}

void Fleet::carry_out(const hub::Effect& effect) {
  if (const auto* publish = std::get_if<hub::PublishDesired>(&effect)) {
    for (const auto& end : ends_) {
      if (end->site() != publish->site) continue;
      end->retain(publish->bytes);
      if (World* site = site_of(publish->site)) site->send_down(end->document(now_.wall));
    }
  } else if (const auto* down = std::get_if<hub::SendDown>(&effect)) {
    if (const auto* ack = std::get_if<sync::Ack>(&down->message)) rules_.on_acknowledged(down->site, *ack);
    if (World* site = site_of(down->site)) site->send_down(agent::FromHub{down->message, now_.wall});
  } else if (const auto* reply = std::get_if<hub::Reply>(&effect)) {
    rules_.on_answer(reply->answer);
    if (tell_ && !sites_.empty()) note("answers " + (reply->answer.ok ? reply->answer.object : reply->answer.what));
  }
}

bool Fleet::give(const hub::Input& input) {
  ++result_.events;
  return take(hub_->step(input, now_));
}

bool Fleet::happens(Cause cause) {
  const Happening one{kHub, turn_, cause};
  if (schedule_.only && schedule_.only->count(one) == 0) return false;
  result_.happened.push_back(one);
  return true;
}

void Fleet::turn() {
  ++turn_;
  rng_.begin(schedule_.seed ^ 0xF1EE7, turn_, 0);
  const Millis step(rng_.between(100, 900));
  now_.wall += step;
  now_.boottime += step;
  rng_.begin(schedule_.seed ^ 0xF1EE7, turn_, 1);
  if (!quiet_ && rng_.chance(40) && happens(Cause::fault)) {
    ++result_.faults;
    if (rng_.chance(300)) store_.fail_commits(1);
    crash_in_ = rng_.between(1, 8);
  }
  rng_.begin(schedule_.seed ^ 0xF1EE7, turn_, 2);
  if (!quiet_ && rng_.chance(150) && happens(Cause::people)) people();
  rng_.begin(schedule_.seed ^ 0xF1EE7, turn_, 3);
  if (wake_ && *wake_ <= now_.wall) give(hub::Tick{});
  for (const auto& site : sites_) site->turn();
}

void Fleet::settle() {
  quiet_ = true;
  crash_in_ = 0;
  store_.fail_commits(0);
  for (const auto& site : sites_) site->calm_down();
  std::uint64_t calm = 0;
  std::uint64_t before = 0;
  for (std::uint32_t i = 0; i < kTurnsOfFleet && calm < 12; ++i) {
    turn();
    if (i % 20 == 19) unblock();
    std::uint64_t activity = store_.deployments().size();
    bool rest = hub_->world().under_way.empty();
    for (const auto& site : sites_) {
      rest = rest && site->is_at_rest();
      activity += site->activity();
    }
    calm = rest && activity == std::exchange(before, activity) ? calm + 1 : 0;
  }
  if (calm >= 12) return;
  std::string left;
  for (const DeploymentId& id : hub_->world().under_way) {
    const hub::Deployment& row = hub_->world().deployments.at(id).deployment;
    left += " " + id.str() + " is " + rollout::name_of(row.state) + " (" + row.reason + ")";
    for (const RolloutId& rollout : hub_->world().deployments.at(id).rollouts) {
      const hub::Rollout& one = hub_->world().rollouts.at(rollout);
      left += ", " + rollout.str() + " " + rollout::name_of(one.status.state) + ": " + one.status.reason;
    }
  }
  throw Violation("I6 the fleet does not come to rest:" + left);
}

std::uint64_t Fleet::events() const {
  std::uint64_t sum = result_.events;
  for (const auto& site : sites_) sum += site->result().events;
  return sum;
}

Played Fleet::run(std::uint32_t events) {
  try {
    set_up();
    const std::uint64_t begin = this->events();
    while (this->events() - begin < events) turn();
    settle();
    for (const auto& site : sites_) site->check_rest();
    crash("at rest");
  } catch (const Violation& violation) {
    result_.violation = violation.what();
  }
  result_.events = this->events();
  for (const auto& site : sites_) {
    result_.faults += site->result().faults;
    result_.coalesced += site->journal().buried();
    const auto& happened = site->result().happened;
    result_.happened.insert(result_.happened.end(), happened.begin(), happened.end());
    auto& story = site->result().story;
    result_.story.insert(result_.story.end(), story.begin(), story.end());
  }
  return std::move(result_);
}

}  // namespace depops::simulation
