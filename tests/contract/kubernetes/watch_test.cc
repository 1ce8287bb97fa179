#include <catch2/catch.hpp>

#include <atomic>

#include "agent/kubernetes/watch/watcher.h"
#include "tests/contract/kubernetes/visitor.h"

using namespace depops;
using namespace depops::test;
using kube::FailureKind;
using kube::Known;

namespace {

constexpr Millis kLong{60'000};

// Watches the ConfigMaps of one namespace; keeps their data.
class Watching {
 public:
  explicit Watching(const kube::Namespace& space, const std::string& selector = "", Millis lifetime = kLong,
                    unsigned page = 2)
      : visitor_(admin()),
        watcher_(
            visitor_.connection(),
            {kConfigMaps, space, kube::LabelSelector(selector),
             [](const json::Value& object) { return object["data"]; }, page, 1'000, lifetime},
            [] { return 0.0; }, [this] { ++changes; }) {}

  kube::Watcher* operator->() { return &watcher_; }
  std::uint64_t handshakes() { return visitor_.connection().handshakes(); }

  std::string colour(const kube::ObjectKey& key) const {
    const auto found = watcher_.find(key);
    return found.known == Known::here ? found.seen->kept["colour"].as_string()
                                      : std::string(found.known == Known::absent ? "absent" : "not yet");
  }
  bool shows(const kube::ObjectKey& key, const std::string& value) const {
    return comes_true([&] { return colour(key) == value; });
  }

  std::atomic<unsigned> changes = 0;

 private:
  Visitor visitor_;
  kube::Watcher watcher_;
};

kube::Uid create(Visitor& agent, const kube::ObjectKey& key, const std::string& colour, const std::string& app = "") {
  const auto made = agent->create(kConfigMaps, key.space, config_map(key, "colour", colour, app));
  REQUIRE(made.ok());
  return made->meta.uid;
}

kube::JsonPatch recolour(const std::string& colour) {
  kube::JsonPatch patch;
  patch.replace("/data/colour", colour);
  return patch;
}

}  // namespace

TEST_CASE("a long list comes in pages, each object once") {
  Visitor agent(admin());
  const auto space = fresh_namespace();
  for (const char* name : {"a", "b", "c", "d", "e"}) create(agent, key_in(space, name), "blue");
  std::vector<std::string> names;
  kube::Continue next;
  unsigned pages = 0;
  do {
    const auto page = agent->list(kConfigMaps, space, {}, 2, next);
    REQUIRE(page.ok());
    CHECK(page->items.size() <= 2);
    CHECK_FALSE(page->version.empty());
    for (const auto& item : page->items) names.push_back(item.meta.key.name.str());
    next = page->next;
    ++pages;
  } while (!next.empty());
  CHECK(names == std::vector<std::string>{"a", "b", "c", "d", "e"});
  CHECK(pages == 3);
}

TEST_CASE("a list takes only what the labels select") {
  Visitor agent(admin());
  const auto space = fresh_namespace();
  create(agent, key_in(space, "a"), "blue", "web");
  create(agent, key_in(space, "b"), "blue", "db");
  create(agent, key_in(space, "c"), "blue");
  const auto count = [&](const std::string& selector) {
    const auto page = agent->list(kConfigMaps, space, kube::LabelSelector(selector), 10);
    REQUIRE(page.ok());
    return page->items.size();
  };
  CHECK(count("app=web") == 1);
  CHECK(count("app in (web,db)") == 2);
  CHECK(count("app") == 2);
  CHECK(count("!app") == 1);
  CHECK(count("app!=web") == 2);
}

TEST_CASE("what is there, comes, changes and goes is known soon, and only the projection is kept") {
  Visitor agent(admin());
  const auto space = fresh_namespace();
  const auto key = key_in(space, "settings");
  const auto later = key_in(space, "later");
  for (const char* name : {"x", "y", "z"}) create(agent, key_in(space, name), "red");
  const auto uid = create(agent, key, "blue");
  Watching watching(space);
  REQUIRE(watching.shows(key, "blue"));
  const auto seen = watching->find(key).seen;
  CHECK(seen->meta.uid == uid);
  CHECK(seen->kept.members().size() == 1);
  CHECK(watching->all()->size() == 4);
  CHECK(watching.colour(later) == "absent");

  create(agent, later, "white");
  CHECK(watching.shows(later, "white"));
  REQUIRE(agent->patch(kConfigMaps, key, recolour("green")).ok());
  CHECK(watching.shows(key, "green"));
  REQUIRE(agent->remove(kConfigMaps, key, {uid}).ok());
  CHECK(watching.shows(key, "absent"));
  const auto next = create(agent, key, "black");
  CHECK(watching.shows(key, "black"));
  CHECK(watching->find(key).seen->meta.uid == next);
  CHECK(watching->counts().lists == 1);
  CHECK(watching->counts().watches == 1);
  CHECK(watching->trouble().empty());
  // Told after it can be seen, so the last one may still be on its way.
  CHECK(comes_true([&] { return watching.changes >= 5; }));
}

TEST_CASE("what no longer has the label is gone for a watch that selects by it") {
  Visitor agent(admin());
  const auto key = key_in(fresh_namespace(), "settings");
  create(agent, key, "blue", "web");
  Watching watching(key.space, "app=web");
  REQUIRE(watching.shows(key, "blue"));
  kube::JsonPatch away;
  away.test("/metadata/labels/app", "web").replace("/metadata/labels/app", "db");
  const auto moved = watching->write(key, [&] { return agent->patch(kConfigMaps, key, away); });
  REQUIRE(moved.ok());
  CHECK(watching.shows(key, "absent"));
}

TEST_CASE("after our own write nothing older is ever shown") {
  Visitor agent(admin());
  const auto key = key_in(fresh_namespace(), "settings");
  const auto uid = create(agent, key, "0");
  Watching watching(key.space);
  REQUIRE(watching.shows(key, "0"));
  for (int turn = 1; turn <= 30; ++turn) {
    const std::string colour = std::to_string(turn);
    REQUIRE(watching->write(key, [&] { return agent->patch(kConfigMaps, key, recolour(colour)); }).ok());
    const std::string shown = watching.colour(key);
    REQUIRE((shown == "not yet" || shown == colour));
    if (turn % 3 == 0) REQUIRE(watching.shows(key, colour));
  }
  // One that changes nothing is known at once, or as soon as what was before it.
  REQUIRE(watching.shows(key, "30"));
  REQUIRE(watching->write(key, [&] { return agent->patch(kConfigMaps, key, recolour("30")); }).ok());
  CHECK(watching.colour(key) == "30");

  REQUIRE(watching->remove(key, uid, [&] { return agent->remove(kConfigMaps, key, {uid}); }).ok());
  const std::string shown = watching.colour(key);
  CHECK((shown == "not yet" || shown == "absent"));
  CHECK(watching.shows(key, "absent"));
  const auto refused = watching->remove(key, uid, [&] { return agent->remove(kConfigMaps, key, {uid}); });
  CHECK(refused.failure().kind == FailureKind::not_found);
  CHECK(watching.colour(key) == "absent");
  CHECK(watching->counts().lists == 1);
}

TEST_CASE("a stream that the server ends is resumed where it was, from a bookmark too") {
  Visitor agent(admin());
  const auto key = key_in(fresh_namespace(), "settings");
  create(agent, key, "blue");
  Watching watching(key.space, "", Millis(5'000));
  REQUIRE(watching.shows(key, "blue"));
  REQUIRE(comes_true([&] { return watching->counts().watches >= 2; }));
  // A real server sends them about once a minute, which no test waits for.
  CHECK((watching->counts().bookmarks > 0 || api_server().is_real()));
  REQUIRE(agent->patch(kConfigMaps, key, recolour("green")).ok());
  CHECK(watching.shows(key, "green"));
  CHECK(watching->counts().lists == 1);
}

TEST_CASE("a stream that the server ended leaves its connection to the next one") {
  Visitor agent(admin());
  const auto key = key_in(fresh_namespace(), "settings");
  create(agent, key, "blue");
  Watching watching(key.space, "", Millis(2'000));
  REQUIRE(watching.shows(key, "blue"));
  REQUIRE(comes_true([&] { return watching->counts().watches >= 3; }));
  CHECK(watching.handshakes() == 0);  // its list and all its streams went on with what `agent` had left
  REQUIRE(agent->patch(kConfigMaps, key, recolour("green")).ok());
  CHECK(watching.shows(key, "green"));
  CHECK(watching->trouble().empty());
}

TEST_CASE("a server that breaks off and comes back is watched on without a new list, and called again at once") {
  Visitor agent(admin());
  const auto key = key_in(fresh_namespace(), "settings");
  create(agent, key, "blue");
  Watching watching(key.space);
  REQUIRE(watching.shows(key, "blue"));
  REQUIRE(comes_true([&] { return watching->counts().watches == 1; }));
  api_server().cut();
  REQUIRE(agent->get(kConfigMaps, key).ok());
  CHECK(agent.pauses.empty());
  REQUIRE(agent->patch(kConfigMaps, key, recolour("green")).ok());
  CHECK(watching.shows(key, "green"));
  CHECK(watching->counts().lists == 1);
  CHECK(comes_true([&] { return watching->trouble().empty(); }));
}

TEST_CASE("whoever was away until the server forgot lists again, and what went meanwhile is gone") {
  Visitor agent(admin());
  const auto space = fresh_namespace();
  const auto stays = key_in(space, "stays");
  const auto goes = key_in(space, "goes");
  create(agent, stays, "blue");
  create(agent, goes, "red");
  const auto half = agent->list(kConfigMaps, space, {}, 1);
  REQUIRE(half.ok());
  REQUIRE_FALSE(half->next.empty());
  Watching watching(space);
  REQUIRE(watching.shows(goes, "red"));
  api_server().forget_history();

  const auto late = agent->list(kConfigMaps, space, {}, 1, half->next);
  REQUIRE_FALSE(late.ok());
  CHECK(late.failure().kind == FailureKind::gone);
  REQUIRE(agent->patch(kConfigMaps, stays, recolour("green")).ok());
  REQUIRE(agent->remove(kConfigMaps, goes, {agent->get(kConfigMaps, goes)->meta.uid}).ok());
  CHECK(watching.shows(stays, "green"));
  CHECK(watching.shows(goes, "absent"));
  CHECK(watching->counts().lists == 2);
}

TEST_CASE("a watcher without the right says which it lacks, and ends at once when it is told to") {
  Visitor plain(with_token(api_server().plain_token()));
  {
    kube::Watcher watcher(
        plain.connection(),
        {kConfigMaps, kube::Namespace("default"), {}, [](const json::Value&) { return json::Value(); }},
        [] { return 1.0; }, [] {});
    REQUIRE(comes_true([&] { return !watcher.trouble().empty(); }));
    CHECK(watcher.trouble().find(R"(resources: ["configmaps"], verbs: ["list"])") != std::string::npos);
    CHECK_FALSE(watcher.all().has_value());
  }
}
