#include <catch2/catch.hpp>

#include "agent/kubernetes/events/teller.h"
#include "tests/contract/kubernetes/visitor.h"

using namespace depops;
using namespace depops::test;

namespace {

// A site whose service has a Deployment, and who tells of it.
struct Told {
  explicit Told(const kube::AccessConfig& config = admin()) : access(config) {
    const auto made = person->create(kDeployments, space, deployment(key_in(space, "checkout-2"), 0));
    REQUIRE((made.ok() ? "" : made.failure().what) == std::string());
    beside = made->meta.uid;
    kube::TellerSettings settings;
    settings.site = SiteName("fra-1");
    settings.space = space;
    teller = std::make_unique<kube::EventTeller>(settings, access, clock, [] { return 0.5; });
    look("r-0", rollout::State::completed);
  }

  void look(const std::string& id, rollout::State state, const std::string& refused = "") {
    agent::ServiceView view;
    view.stable = VersionLabel("1.0");
    view.target = VersionLabel("1.1");
    view.status.service = ServiceName("checkout");
    view.status.rollout = RolloutId(id);
    view.status.state = state;
    rollout::SetStatus target;
    target.set = SetId("checkout-2");
    target.label = view.target;
    view.status.sets = {target};
    agent::SiteView site;
    site.services = {view};
    site.refused = refused;
    teller->look(site);
  }

  std::vector<kube::Object> events() {
    kube::Discovery discovery(person.client());
    const auto kind = discovery.find(kube::new_events());
    REQUIRE(kind.ok());
    auto page = person->list(*kind, space, {}, 100);
    REQUIRE((page.ok() ? "" : page.failure().what) == std::string());
    return page->items;
  }
  // With this reason; nothing while there is none.
  std::optional<kube::Object> event(const std::string& reason) {
    for (kube::Object& one : events())
      if (one.body["reason"].as_string() == reason) return one;
    return std::nullopt;
  }
  void comes(const std::string& reason, const std::function<bool(const kube::Object&)>& is_so) {
    const bool came = comes_true([&] {
      const auto found = event(reason);
      return found && is_so(*found);
    });
    INFO(teller->trouble());
    REQUIRE(came);
  }

  clock::SystemClock clock;
  kube::Access access;
  Visitor person{admin()};
  kube::Namespace space = fresh_namespace();
  kube::Uid beside;
  std::unique_ptr<kube::EventTeller> teller;
};

bool any(const kube::Object&) { return true; }

}  // namespace

TEST_CASE("what happens to a service stands as an event beside its Deployment") {
  Told told;
  told.look("r-1", rollout::State::running);
  told.comes("RolloutStarted", any);
  const kube::Object began = *told.event("RolloutStarted");
  CHECK(began.body["type"].as_string() == "Normal");
  CHECK(began.body["note"].as_string() == "from 1.0 to 1.1");
  CHECK(began.body["regarding"]["kind"].as_string() == "Deployment");
  CHECK(began.body["regarding"]["name"].as_string() == "checkout-2");
  CHECK(began.body["regarding"]["uid"].as_string() == told.beside.str());
  CHECK(began.body["reportingController"].as_string() == "depops.io/agent");
  CHECK(began.body["reportingInstance"].as_string() == "fra-1");
  told.look("r-1", rollout::State::rolled_back);
  told.comes("RolloutWentBack", [](const kube::Object& event) { return event.body["type"].as_string() == "Warning"; });
  CHECK(told.teller->trouble().empty());
}

TEST_CASE("what is said again is one event with a count, and a new one once that was forgotten") {
  Told told;
  const auto pause = [&told](int number) {
    told.look("r-1", rollout::State::running);
    told.look("r-1", rollout::State::paused);
    if (number == 1) return told.comes("RolloutPaused", any);
    told.comes("RolloutPaused",
               [number](const kube::Object& event) { return event.body["series"]["count"].as_int() == number; });
  };
  pause(1);
  pause(2);
  pause(3);
  CHECK(told.events().size() == 2);
  const kube::Object before = *told.event("RolloutPaused");
  kube::Discovery discovery(told.person.client());
  REQUIRE(told.person->remove(*discovery.find(kube::new_events()), before.meta.key, {before.meta.uid}).ok());
  told.look("r-1", rollout::State::running);
  told.look("r-1", rollout::State::paused);
  told.comes("RolloutPaused", [&before](const kube::Object& event) { return event.meta.uid != before.meta.uid; });
}

TEST_CASE("without the right to write events the right is named and nothing else happens") {
  Told told(with_token(api_server().plain_token()));
  told.look("r-1", rollout::State::running);
  CHECK(comes_true([&] { return !told.teller->trouble().empty(); }));
  CHECK(told.events().empty());
}
