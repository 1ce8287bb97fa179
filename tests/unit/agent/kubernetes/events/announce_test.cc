#include "agent/kubernetes/events/announce.h"

#include <catch2/catch.hpp>

using namespace depops;
using namespace depops::agent;
using namespace depops::agent::kubernetes;
using rollout::State;

namespace {

ServiceView service(const char* name, const char* rollout, State state, const char* reason = "") {
  ServiceView view;
  view.stable = VersionLabel("1.0");
  if (!rollout::is_ended(state)) view.target = VersionLabel("1.1");
  view.status.service = ServiceName(name);
  view.status.rollout = RolloutId(rollout);
  view.status.state = state;
  view.status.reason = reason;
  rollout::SetStatus target;
  target.set = SetId(std::string(name) + "-2");
  target.label = VersionLabel("1.1");
  view.status.sets = {target};
  return view;
}

SiteView site(std::vector<ServiceView> services) {
  SiteView view;
  view.services = std::move(services);
  return view;
}

// "RolloutStarted from 1.0 to 1.1", with ! before a warning.
std::vector<std::string> told(Announcer& announcer, const SiteView& view) {
  std::vector<std::string> lines;
  for (const Announcement& said : announcer.look(view))
    lines.push_back((said.warning ? "!" : "") + said.reason + " " + said.note);
  return lines;
}

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("of what was before the first look nothing is told") {
  Announcer announcer;
  CHECK(told(announcer, site({service("checkout", "r-1", State::running)})).empty());
  CHECK(told(announcer, site({service("checkout", "r-1", State::running)})).empty());
  CHECK(told(announcer, site({service("checkout", "r-1", State::completed)})) ==
        Lines{"RolloutCompleted 1.1 takes all requests"});
}

TEST_CASE("a rollout is told when it begins, goes back and is over, each once") {
  Announcer announcer;
  (void)announcer.look(site({}));
  auto view = service("checkout", "r-1", State::running);
  view.status.actor = Actor("ana");
  const auto began = announcer.look(site({view}));
  REQUIRE(began.size() == 1);
  CHECK(began[0] ==
        Announcement{ServiceName("checkout"), SetId("checkout-2"), false, "RolloutStarted", "from 1.0 to 1.1, by ana"});
  const auto back = service("checkout", "r-1", State::rolling_back, "errors: 3 of 40");
  CHECK(told(announcer, site({back})) == Lines{"!RolloutGoesBack requests return to 1.0: errors: 3 of 40"});
  CHECK(told(announcer, site({back})).empty());
  const auto over = service("checkout", "r-1", State::rolled_back, "errors: 3 of 40");
  CHECK(told(announcer, site({over})) == Lines{"!RolloutWentBack back to 1.0: errors: 3 of 40"});
  CHECK(told(announcer, site({over})).empty());
}

TEST_CASE("what began and ended between two looks is told whole") {
  Announcer announcer;
  (void)announcer.look(site({service("checkout", "r-1", State::completed)}));
  CHECK(told(announcer, site({service("checkout", "r-2", State::failed, "no pod is ready")})) ==
        Lines{"RolloutStarted from 1.0", "!RolloutFailed no healthy state could be reached: no pod is ready"});
}

TEST_CASE("another attempt and a cancelled one are told") {
  Announcer announcer;
  (void)announcer.look(site({service("checkout", "r-1", State::aborted)}));
  auto again = service("checkout", "r-1", State::running);
  again.status.attempt = 2;
  CHECK(told(announcer, site({again})) == Lines{"RolloutStarted from 1.0 to 1.1, attempt 2"});
  again.status.state = State::cancelled;
  CHECK(told(announcer, site({again})) == Lines{"RolloutEnded cancelled"});
}

TEST_CASE("that it stands still is told with why, again only if that changes") {
  Announcer announcer;
  (void)announcer.look(site({service("checkout", "r-1", State::running)}));
  auto paused = service("checkout", "r-1", State::paused);
  paused.status.pauses = {"drift", "user"};
  CHECK(told(announcer, site({paused})) == Lines{"RolloutPaused drift, user"});
  CHECK(told(announcer, site({paused})).empty());
  paused.status.pauses = {"user"};
  CHECK(told(announcer, site({paused})) == Lines{"RolloutPaused user"});
}

TEST_CASE("that the hub's word is refused is told beside each service, once") {
  Announcer announcer;
  auto view = site({service("checkout", "r-1", State::completed), service("mail", "r-2", State::completed)});
  (void)announcer.look(view);
  view.refused = "quorum: one approval of two";
  CHECK(told(announcer, view) ==
        Lines{"!DesiredStateRefused quorum: one approval of two", "!DesiredStateRefused quorum: one approval of two"});
  CHECK(told(announcer, view).empty());
}

TEST_CASE("of a service without any rollout nothing is told") {
  Announcer announcer;
  (void)announcer.look(site({}));
  CHECK(told(announcer, site({service("checkout", "", State::pending)})).empty());
}

TEST_CASE("what is left behind is told when it is, and again when something else becomes of it") {
  Announcer announcer;
  auto view = service("checkout", "r-1", State::completed);
  (void)announcer.look(site({view}));
  view.left_behind = {"Deployment a is left behind: it stays"};
  CHECK(told(announcer, site({view})) == Lines{"LeftBehind Deployment a is left behind: it stays"});
  CHECK(told(announcer, site({view})).empty());
  view.left_behind = {"Deployment a is left behind: it goes now"};
  CHECK(told(announcer, site({view})) == Lines{"LeftBehind Deployment a is left behind: it goes now"});
}
