#include <catch2/catch.hpp>
#include <set>

#include "agent/kubernetes/client/discovery.h"
#include "agent/kubernetes/events/teller.h"
#include "agent/kubernetes/watch/watcher.h"
#include "tests/contract/kubernetes/fake_server.h"
#include "tests/contract/kubernetes/visitor.h"

using namespace depops;
using namespace depops::test;
using kube::FailureKind;
using What = Fault::What;

namespace {

// Gives up soon; only for requests that get no answer however long they wait.
const kube::ClientRules kHasty{.request = Millis(1'500)};

kube::JsonPatch green() {
  kube::JsonPatch patch;
  patch.test("/data/colour", "blue").replace("/data/colour", "green");
  return patch;
}

std::string colour(Visitor& agent, const kube::ObjectKey& key) {
  return agent->get(kConfigMaps, key)->body["data"]["colour"].as_string();
}

}  // namespace

TEST_CASE("too many requests: every verb comes again after the time that the server asked for") {
  const Forgiven forgiven;
  Visitor agent(admin());
  const auto key = made(agent);
  for (const char* method : {"GET", "POST", "PATCH", "DELETE"}) fake_server().will({What::answer, method, 429, "3"});
  const auto other = key_in(key.space, "other");
  REQUIRE(agent->create(kConfigMaps, key.space, config_map(other, "a", "b")).ok());
  REQUIRE(agent->patch(kConfigMaps, key, green()).ok());
  const auto read = agent->get(kConfigMaps, key);
  REQUIRE(read.ok());
  REQUIRE(agent->remove(kConfigMaps, key, {read->meta.uid}).ok());
  CHECK(agent.pauses == std::vector<Millis>(4, Millis(3'000)));
}

TEST_CASE("a server that always has too many requests ends the call, throttled") {
  const Forgiven forgiven;
  Visitor agent(admin());
  fake_server().will({What::answer, "GET", 429, "1"}, 100);
  const auto read = agent->get(kConfigMaps, key_in(kube::Namespace("default"), "x"));
  REQUIRE_FALSE(read.ok());
  CHECK(read.failure().kind == FailureKind::throttled);
  CHECK(agent.pauses.size() == 7);
  CHECK(agent.pauses.back() > agent.pauses.front());
}

TEST_CASE("a server in trouble is asked again for what can be said twice, and for nothing else") {
  const Forgiven forgiven;
  Visitor agent(admin());
  const auto key = made(agent);
  for (const int status : {500, 502, 503, 504}) {
    agent.pauses.clear();
    fake_server().will({What::answer, "GET", status});
    CHECK(agent->get(kConfigMaps, key).ok());
    fake_server().will({What::answer, "PATCH", status});
    CHECK(agent->apply(kConfigMaps, key_in(key.space, "applied"), config_map(key_in(key.space, "applied"), "a", "b"))
              .ok());
    CHECK(agent.pauses.size() == 2);
    fake_server().will({What::answer, "PATCH", status});
    const auto patched = agent->patch(kConfigMaps, key, green());
    REQUIRE_FALSE(patched.ok());
    CHECK(patched.failure().kind == (status == 504 ? FailureKind::unanswered : FailureKind::unavailable));
    CHECK(patched.failure().may_have_happened == (status != 503));
    CHECK(agent.pauses.size() == 2);
  }
  CHECK(colour(agent, key) == "blue");
}

TEST_CASE("conflicts and refusals are never repeated") {
  const Forgiven forgiven;
  Visitor agent(admin());
  const auto key = made(agent);
  for (const int status : {400, 403, 409, 410, 422}) {
    fake_server().will({What::answer, "PATCH", status});
    CHECK_FALSE(agent->scale(kConfigMaps, key, 1).ok());
  }
  CHECK(agent.pauses.empty());
}

TEST_CASE("a write that nobody answered may have happened or not, and says so") {
  const Forgiven forgiven;
  Visitor agent(admin());
  Visitor hasty(admin(), "depops-agent", kHasty);
  for (const What what : {What::silence, What::silence_after_effect, What::break_off, What::break_off_after_effect}) {
    const auto key = made(agent);
    REQUIRE(comes_true([&] { return hasty->get(kConfigMaps, key).ok(); }));  // is connected
    fake_server().will({what, "PATCH"});
    const auto patched = hasty->patch(kConfigMaps, key, green());
    REQUIRE_FALSE(patched.ok());
    CHECK(patched.failure().kind == FailureKind::unanswered);
    CHECK(patched.failure().may_have_happened);
    CHECK(patched.failure().what.find("not known") != std::string::npos);
    const bool effect = what == What::silence_after_effect || what == What::break_off_after_effect;
    CHECK(comes_true([&] { return colour(agent, key) == (effect ? "green" : "blue"); }));
    fake_server().forgive();
  }
}

TEST_CASE("what can be said twice comes through whatever became of its first answer") {
  const Forgiven forgiven;
  Visitor agent(admin());
  for (const What what : {What::break_off, What::break_off_after_effect}) {
    const auto key = made(agent);
    fake_server().will({what, "PATCH"});
    const auto applied = agent->apply(kConfigMaps, key, config_map(key, "colour", "green"), kube::Client::Force::yes);
    REQUIRE(applied.ok());
    fake_server().will({what, "DELETE"});
    const auto removed = agent->remove(kConfigMaps, key, {applied->meta.uid});
    CHECK((removed.ok() || removed.failure().kind == FailureKind::not_found));
    CHECK(agent->get(kConfigMaps, key).failure().kind == FailureKind::not_found);
  }
  CHECK(agent.pauses.size() == 4);
}

TEST_CASE("a server that is silent is asked again") {
  const Forgiven forgiven;
  Visitor agent(admin());
  Visitor hasty(admin(), "depops-agent", kHasty);
  const auto key = made(agent);
  fake_server().will({What::silence, "GET"});
  CHECK(hasty->get(kConfigMaps, key).ok());
  CHECK_FALSE(hasty.pauses.empty());
}

TEST_CASE("an answer that is no JSON or longer than the cap is no answer") {
  const Forgiven forgiven;
  Visitor agent(admin(), "depops-agent", {.answer_max = 100'000});
  const auto key = made(agent);
  fake_server().will({What::answer, "PATCH", 200, "", "<html>"});
  const auto page = agent->patch(kConfigMaps, key, green());
  REQUIRE_FALSE(page.ok());
  CHECK(page.failure().kind == FailureKind::unanswered);
  fake_server().will({What::answer, "GET", 200, "", std::string(200'000, ' ')});
  const auto large = agent->get(kConfigMaps, key);
  REQUIRE_FALSE(large.ok());
  CHECK(large.failure().kind == FailureKind::invalid);
  CHECK(large.failure().what.find("longer than 100000 bytes") != std::string::npos);
}

TEST_CASE("of a write of which nobody knows the watched object is unknown until a list of afterwards") {
  const Forgiven forgiven;
  Visitor agent(admin());
  const auto key = made(agent);
  kube::Watcher watcher(
      agent.connection(), {kConfigMaps, key.space, {}, [](const json::Value& object) { return object["data"]; }},
      [] { return 0.0; }, [] {});
  const auto shows = [&](const char* value) {
    const auto found = watcher.find(key);
    return found.known == kube::Known::here && found.seen->kept["colour"].as_string() == value;
  };
  REQUIRE(comes_true([&] { return shows("blue"); }));
  fake_server().will({What::break_off, "PATCH"});
  const auto patched = watcher.write(key, [&] { return agent->patch(kConfigMaps, key, green()); });
  REQUIRE_FALSE(patched.ok());
  REQUIRE(comes_true([&] { return shows("blue"); }));
  CHECK(watcher.counts().lists == 2);
}

TEST_CASE("a watch that is cut, refused or answered with nonsense goes on from where it was") {
  const Forgiven forgiven;
  Visitor agent(admin());
  const auto key = made(agent);
  kube::Watcher watcher(
      agent.connection(), {kConfigMaps, key.space, {}, [](const json::Value& object) { return object["data"]; }},
      [] { return 0.0; }, [] {});
  unsigned turn = 0;
  const auto comes_through = [&] {
    kube::JsonPatch patch;
    patch.replace("/data/colour", std::to_string(++turn));
    REQUIRE(agent->patch(kConfigMaps, key, patch).ok());
    REQUIRE(comes_true([&] {
      const auto found = watcher.find(key);
      return found.known == kube::Known::here && found.seen->kept["colour"].as_string() == std::to_string(turn);
    }));
  };
  comes_through();
  for (const Fault& fault : {Fault{What::answer, "WATCH", 500}, Fault{What::answer, "WATCH", 429, "1"},
                             Fault{What::answer, "WATCH", 200, "", "nonsense\n"},
                             Fault{What::answer, "WATCH", 200, "", "{\"type\":\"MODIF"}}) {
    fake_server().will(fault);
    fake_server().cut_watches();
    comes_through();
  }
  CHECK(watcher.counts().lists == 1);
  fake_server().will({What::answer, "WATCH", 410});
  fake_server().cut_watches();
  comes_through();
  CHECK(watcher.counts().lists == 2);
}

TEST_CASE("a server of today has endpoint slices in v1") {
  FakeApiServer today("v1");
  auto config = kube::load_kubeconfig(today.kubeconfig());
  REQUIRE(config.ok());
  Visitor agent(*config);
  kube::Discovery discovery(agent.client());
  CHECK(discovery.find(kube::endpoint_slices())->version == kube::ApiVersion("v1"));
  (void)today.requests();
  CHECK(discovery.find(kube::endpoint_slices()).ok());
  CHECK(today.requests().empty());
  discovery.forget();
  today.will({What::answer, "GET", 403});
  CHECK(discovery.find(kube::endpoint_slices()).failure().kind == FailureKind::forbidden);
}

namespace {

// Tells that one rollout after another of a service begins.
struct Teller {
  Teller() {
    REQUIRE(person->create(kDeployments, space, deployment(key_in(space, "checkout-2"), 0)).ok());
    site.services.resize(1);
    site.services[0].status.service = ServiceName("checkout");
    site.services[0].status.sets.resize(1);
    site.services[0].status.sets[0].set = SetId("checkout-2");
    teller.look(site);
  }
  void begins(int rollout) {
    site.services[0].status.rollout = RolloutId("r-" + std::to_string(rollout));
    site.services[0].target = VersionLabel("1." + std::to_string(rollout));
    teller.look(site);
  }
  std::vector<kube::Object> events() {
    const kube::Resource kind{kube::ApiGroup(""), kube::ApiVersion("v1"), kube::Plural("events"), "Event", true};
    return person->list(kind, space, {}, 100)->items;
  }

  const Forgiven forgiven;
  Visitor person{admin()};
  const kube::Namespace space = fresh_namespace();
  clock::SystemClock clock;
  kube::Access access{admin()};
  agent::SiteView site;
  kube::EventTeller teller{{SiteName("fra-1"), space}, access, clock, [] { return 0.5; }};
};

}  // namespace

TEST_CASE("on a server without events.k8s.io events are those of the core group") {
  Teller site;
  fake_server().will({What::answer, "GET", 404, "", "{}", "/apis/events.k8s.io"}, 100);
  site.begins(1);
  REQUIRE(comes_true([&] { return !site.events().empty(); }));
  CHECK(site.events()[0].body["involvedObject"]["name"].as_string() == "checkout-2");
}

TEST_CASE("what is said before its version has a Deployment stands beside that as soon as it is there") {
  Teller site;
  const std::string not_found = R"({"kind":"Status","status":"Failure","reason":"NotFound","code":404})";
  fake_server().will({What::answer, "GET", 404, "", not_found, "/deployments/checkout-2"}, 3);
  site.begins(1);
  REQUIRE(comes_true([&] { return !site.events().empty(); }));
  CHECK(fake_server().faults("/deployments/checkout-2") == 0);
  CHECK(site.events()[0].body["regarding"]["name"].as_string() == "checkout-2");
}

TEST_CASE("a server that is silent about events holds nobody up, and what it did not answer is not written twice") {
  Teller site;
  fake_server().will({What::silence_after_effect, "POST", 0, "", "", "/events"});
  for (int i = 1; i < 100; ++i) site.begins(i);
  REQUIRE(comes_true([&] { return site.events().size() == 1; }));
  fake_server().forgive();
  REQUIRE(comes_true([&] { return site.events().size() == 10; }));
  std::set<std::string> notes;
  for (const kube::Object& event : site.events()) notes.insert(event.body["note"].as_string());
  CHECK(notes.size() == 10);
}
