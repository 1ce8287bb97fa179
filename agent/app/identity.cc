#include <algorithm>
#include <utility>

#include "agent/app/site.h"

namespace depops::agent {
namespace {

// The hub's word may be lost on the way although the broker confirmed it: a site that heard none asks until somebody
// answers.
constexpr Millis kAskForHub{10'000};
constexpr Millis kCallWait{2'000};  // between two Hellos that were called for
constexpr Millis kTakeoverWindow{600'000};
constexpr std::size_t kTakeoversTold = 3;  // in a window: a network that comes and goes does not do that

}  // namespace

// An unanswered Hello is said again, at ever longer intervals: who is frozen must hear of it.
bool Agent::Site::hello_is_due(const Moment& now) const {
  const Millis every = hub_there_ ? settings_.hello_interval : std::min(settings_.hello_interval, kAskForHub);
  if (is_over(every, hello_at_, now)) return true;
  if (speaking_.called && is_over(kCallWait, hello_at_, now)) return true;
  return hub_there_ && !speaking_.voice.empty() && !speaking_.answered && is_over(speaking_.patience, hello_at_, now);
}

void Agent::Site::note(Turn& turn, const char* action, const char* kind, std::string text) {
  audit::Leaf leaf;
  leaf.at = turn.now.wall;
  leaf.actor = Actor("agent:" + settings_.site.str());
  leaf.action = action;
  leaf.object = "site/" + settings_.site.str();
  leaf.reason = text;
  write(turn, std::move(leaf));
  write(turn, rollout::Notice{turn.now.wall, {}, kind, std::move(text)});
}

void Agent::Site::take(Turn& turn, const sync::Welcome& welcome, Instant at) {
  if (storage_ == Storage::gone) return;  // a token that can not be stored is not taken
  speaking_.called = speaking_.called || welcome.again;
  if (!sync::is_for(welcome, speaking_.voice, site_.token)) return;
  if (speaking_.is_fresh(turn.machine)) hear_time(turn, at);
  speaking_.heard_answer();
  site_.token = welcome.token;
  turn.site_changed = true;
  if (site_.frozen.empty() || welcome.token.stray) return;
  site_.frozen.clear();
  note(turn, "site.lifted", "lifted", "the hub takes from this site again: new things may start");
}

// Hello is said soon after it: a word that came late must not hold the site for long.
void Agent::Site::take(Turn& turn, const sync::Freeze& freeze) {
  speaking_.heard_answer();
  if (storage_ == Storage::gone || site_.frozen == freeze.why) return;
  speaking_.called = true;
  site_.frozen = freeze.why;
  turn.site_changed = true;
  note(turn, "site.frozen", "frozen",
       "the hub froze this site, nothing new starts: " + freeze.why + ". Stop the other host, then: depops site lift " +
           settings_.site.str() + "; or depops site reenroll " + settings_.site.str());
}

void Agent::Site::on(Turn& turn, const TakenOver&) {
  auto& times = speaking_.takeovers;
  times.push_back(Stamp::of(turn.now));
  while (elapsed(times.front(), turn.now, kTakeoverWindow) >= kTakeoverWindow) times.pop_front();
  if (times.size() < kTakeoversTold || storage_ == Storage::gone) return;
  times.clear();
  note(
      turn, "site.taken_over", "taken-over",
      "another client took the connection of this site over 3 times within 10 minutes: two hosts use one key; find and "
      "stop the other one");
}

}  // namespace depops::agent
