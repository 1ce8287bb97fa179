#include <algorithm>
#include <string>
#include <utility>

#include "agent/app/site.h"

// What time it is, and what may not begin while nobody vouches for it.
namespace depops::agent {
namespace {

constexpr Millis kKeepEvery{3'600'000};  // a site that is away writes its time down so often
constexpr Millis kMinute{60'000};
constexpr Millis kHour{3'600'000};
constexpr Millis kDay{86'400'000};

std::string counted(Millis span, Millis unit, const char* name) {
  const auto number = span / unit;
  return std::to_string(number) + " " + name + (number == 1 ? "" : "s");
}

// Whether the time decided that a document was refused with this code.
bool depends_on_time(const std::string& code) {
  for (const trust::Refusal refusal : {trust::Refusal::expired, trust::Refusal::root_expired,
                                       trust::Refusal::approval_time, trust::Refusal::break_glass})
    if (code == trust::name_of(refusal)) return true;
  return false;
}

// "ahead by 3652 days"
std::string skew_text(Millis skew) {
  const Millis span = std::chrono::abs(skew);
  const std::string way = skew > Millis(0) ? "ahead by " : "behind by ";
  if (span >= 2 * kDay) return way + counted(span, kDay, "day");
  if (span >= 2 * kHour) return way + counted(span, kHour, "hour");
  return way + counted(span, kMinute, "minute");
}

}  // namespace

// From here on the wall clock of a step is not the machine's.
void Agent::Site::read_time(Turn& turn) {
  timing_.reading = timing_.clock.read(turn.machine);
  turn.now.wall = timing_.reading.at;
}

void Agent::Site::hear_time(Turn& turn, Instant hub) {
  if (hub == Instant() || storage_ == Storage::gone) return;
  const auto heard = timing_.clock.hear(hub, turn.machine);
  read_time(turn);
  if (heard != std::exchange(timing_.heard, heard) && heard != TrustedTime::Heard::taken) {
    const bool ahead = heard == TrustedTime::Heard::hub_ahead;
    note(turn, "site.hub_time_refused", "hub-clock",
         "the hub's clock is " + skew_text(hub - timing_.clock.kept(turn.machine).wall) + ", against " +
             (ahead ? "what was known here and this machine's clock: it is not followed. Set the hub's clock; if that "
                      "is right, this machine's"
                    : "what it said before: it is not followed. Set the hub's clock; if that is right, enrol this site "
                      "again"));
  }
  watch_time(turn);
}

// The time is written down as soon as somebody vouches for it, and now and then.
void Agent::Site::watch_time(Turn& turn) {
  attend(turn);
  if (!timing_.reading.trusted || storage_ == Storage::gone) return;
  const Stamp& kept = site_.time;
  if (kept.boot != turn.machine.boot || turn.machine.boottime - kept.boottime >= kKeepEvery) turn.site_changed = true;
  const Millis off = std::chrono::abs(timing_.reading.skew);
  if (timing_.skew_told ? off >= kSkewOver : off <= kSkewTold) return;
  timing_.skew_told = !timing_.skew_told;
  note(turn, timing_.skew_told ? "site.clock_off" : "site.clock_right", "clock",
       timing_.skew_told ? "this machine's clock is " + skew_text(timing_.reading.skew) +
                               ", against the hub's time, by which this site goes: set the clock"
                         : "this machine's clock is right again");
}

// After a reboot, until the hub answers. A hub that is not believed has answered.
bool Agent::Site::awaits_time() const { return !timing_.reading.trusted && timing_.heard == TrustedTime::Heard::taken; }

// What is refused by the machine's clock would be refused for good, although the hub's answer is on its way.
bool Agent::Site::waits_for_time(const DesiredArrived& arrived, const std::string& refusal) {
  if (!awaits_time() || !arrived.desired || !depends_on_time(refusal)) return false;
  auto& waiting = timing_.waiting;
  if (!waiting || waiting->desired->generation <= arrived.desired->generation) waiting = arrived;
  return true;
}

// Whether that may not begin yet. Going on, going back and stopping need no clock.
bool Agent::Site::lacks_time(const ServiceName& service, const rollout::Plan& plan) const {
  if (timing_.reading.trusted || !settings_.trust) return false;
  if (settings_.trust->untrusted_time == UntrustedTime::start) return false;
  if (trust::tier_of(root().root, settings_.trust->environment) != trust::Tier::production) return false;
  return !was_stable_here(service, plan);
}

// The rest of the document was obeyed; with the time it is judged again, and then that begins.
void Agent::Site::hold_back(Turn& turn, const DesiredArrived& arrived) {
  auto& waiting = timing_.waiting;
  if (waiting && waiting->desired->generation > arrived.desired->generation) return;
  waiting.reset();
  const auto held = std::ranges::find_if(arrived.desired->targets, [&](const sync::Target& target) {
    return would_begin(target) && lacks_time(target.service, target.plan);
  });
  if (held == arrived.desired->targets.end()) return;
  waiting = arrived;
  if (std::exchange(timing_.held_told, arrived.desired->generation) == arrived.desired->generation) return;
  note(turn, "site.start_held", "time", held->rollout.str() + " does not begin yet: " + why_no_time());
}

void Agent::Site::attend(Turn& turn) {
  auto& waiting = timing_.waiting;
  if (!waiting || only_observes() || !site_.frozen.empty()) return;
  const bool refused_hub = !awaits_time() && !is_held(*waiting);
  if (timing_.reading.trusted || refused_hub) judge(turn, *std::exchange(waiting, std::nullopt));
}

std::string Agent::Site::why_no_time() const {
  return clock_text() +
         ". Until then nothing new begins in production; who keeps the agent's settings can let it begin all the same: "
         "trust.untrustedTime: start";
}

std::string Agent::Site::clock_text() const {
  if (awaits_time())
    return "nobody vouches for the time here since the machine was started; that ends when the hub has answered";
  if (!timing_.reading.trusted)
    return "nobody vouches for the time here, for the hub's clock is behind what it said before; that ends when "
           "whoever runs the hub has set it, or, if it is right, when this site was enrolled again";
  return std::chrono::abs(timing_.reading.skew) <= kSkewTold
             ? ""
             : skew_text(timing_.reading.skew) + "; this site goes by the hub's time";
}

}  // namespace depops::agent
