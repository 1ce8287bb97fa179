#include <algorithm>
#include <catch2/catch.hpp>
#include <chrono>
#include <csignal>

#include "tests/e2e/faults/scene.h"
#include "tests/e2e/stage/admission.h"

// A hub and a site that know two brokers: one of them dies, hangs, or must not let the site in any more.
namespace depops::faults {
namespace {

std::size_t leaves(stage::Stage& stage, const std::string& action) {
  const json::Value audit = stage.depops({"audit", "list", "--limit", "0"});
  return static_cast<std::size_t>(std::ranges::count_if(
      audit["items"].items(), [&](const auto& leaf) { return leaf["action"].as_string() == action; }));
}

// A site as its agent's log and the hub tell of it.
struct Watched {
  stage::Stage& stage;
  std::string site;

  std::size_t said(const std::string& words) const {
    const std::string log = stage::read_file(stage.log("agent-" + site));
    std::size_t count = 0;
    for (auto at = log.find(words); at != std::string::npos; at = log.find(words, at + words.size())) ++count;
    return count;
  }
  bool has_been_at(std::size_t broker) const {
    return said("broker " + stage.broker(broker).url(false) + " is connected") > 0;
  }
  bool connected() const { return stage.depops({"get", "site", site})["connectivity"].as_string() == "connected"; }
};

// The site has begun with the next version, and has not come to its end.
std::string under_way(Scene& scene) {
  const std::string label = scene.begin();
  stage::wait_until("the rollout is under way", kRollout, [&] {
    const auto starts = scene.site().starts();
    return std::ranges::any_of(starts, [&](const auto& line) { return line.starts_with(label + " "); });
  });
  return label;
}

void check_of_one_mind(Scene& scene) {
  scene.ledger().check(kConverged);
  CHECK(leaves(scene.stage(), "site.frozen") == 0);
  CHECK(leaves(scene.stage(), "site.bad_frame") == 0);
  CHECK(leaves(scene.stage(), "site.gap") == 0);
}

}  // namespace

TEST_CASE("F15 one of two brokers is killed in the middle of a rollout, and then the other one") {
  Scene scene("brokers-killed", {.roads = false, .stage = {.brokers = 2}});
  stage::Stage& stage = scene.stage();
  const Watched site{stage, scene.site().name()};
  REQUIRE(site.has_been_at(0));
  const std::string first = under_way(scene);
  stage.broker(0).program().signal(SIGKILL);
  scene.completed(first, kRollout);
  CHECK(site.has_been_at(1));
  check_of_one_mind(scene);

  // The first one is back and empty; then the second dies.
  stage.broker(0).lose();
  const std::string second = under_way(scene);
  stage.broker(1).program().signal(SIGKILL);
  scene.completed(second, kRollout);
  check_of_one_mind(scene);
}

TEST_CASE("F16 one of two brokers hangs in the middle of a rollout and comes back with what it still holds",
          "[.][long]") {
  Scene scene("brokers-hang", {.roads = false, .stage = {.brokers = 2}});
  stage::Stage& stage = scene.stage();
  const Watched site{stage, scene.site().name()};
  const std::string first = under_way(scene);
  stage.broker(0).program().signal(SIGSTOP);
  scene.completed(first, kRollout);
  CHECK(site.has_been_at(1));
  const std::string second = under_way(scene);
  stage.broker(0).program().signal(SIGCONT);
  scene.completed(second, kRollout);
  check_of_one_mind(scene);
}

TEST_CASE("a site does not stay at a broker by which the hub is not there") {
  const auto only_second = [](stage::Stage& stage) { return stage.broker(1).url(true); };
  stage::Stage stage("brokers-apart", {.hub_road = only_second, .brokers = 2});
  stage::Site site(stage, "osl-1", "osl-1", false);
  stage.depops({"env", "create", "osl-1", "--tier", "production"});
  site.join();
  std::string settings = stage::read_file(site.folder("agent.yaml"));
  const std::string section = "broker: {";
  REQUIRE(settings.find(section) != std::string::npos);
  settings.insert(settings.find(section) + section.size(), "patienceSeconds: 1, ");
  stage::write_file(site.folder("agent.yaml"), settings);
  site.start_agent();
  const Watched watched{stage, "osl-1"};
  stage::wait_until("it is connected", kConverged, [&] { return watched.connected(); });
  CHECK(watched.has_been_at(0));
  CHECK(watched.has_been_at(1));
  // Where the hub is, it stays.
  const std::size_t before = watched.said("event=link connected=false");
  const auto turns = std::chrono::steady_clock::now() + std::chrono::seconds(11);  // two of the agent's looks
  stage::wait_until("a while has passed", kConverged, [&] { return std::chrono::steady_clock::now() > turns; });
  CHECK(watched.said("event=link connected=false") == before);
}

TEST_CASE("a site that joins is told of all brokers, and one that is revoked is put out of whichever it is at") {
  stage::Stage stage("brokers-revoked", {.revokes = true, .brokers = 2});
  stage::Site site(stage, "osl-1", "osl-1", false);
  stage.depops({"env", "create", "osl-1", "--tier", "production"});
  site.join();
  CHECK_THAT(stage::read_file(site.folder("agent.yaml")),
             Catch::Contains("\"" + stage.broker(0).url(false) + "\", \"" + stage.broker(1).url(false) + "\""));
  site.start_agent();
  const Watched watched{stage, "osl-1"};
  stage::wait_until("it is connected", kConverged, [&] { return watched.connected(); });
  stage.broker(0).lose();
  stage::wait_until("it is at the second broker", kConverged, [&] { return watched.has_been_at(1); });
  stage::wait_until("the hub is at the first one again", kConverged, [&] {
    const std::string log = stage::read_file(stage.log("hub"));
    const std::string words = "broker " + stage.broker(0).url(true) + " is connected";
    return log.find(words) != log.rfind(words);
  });
  const std::size_t before = watched.said("event=link connected=false");
  const json::Value revoked = stage.depops({"site", "revoke", "osl-1", "--reason", "its disk was stolen"});
  CHECK_THAT(revoked["leftToDo"].as_string(), Catch::Contains(stage.folder("sites.crl") + " to each broker but"));
  stage::wait_until("the list is written", kConverged, [&] {
    return stage::read_file(stage.log("hub")).find("event=revocations_written count=1") != std::string::npos;
  });
  stage.broker(1).program().signal(SIGHUP);  // the first one was told by the hub
  stage::wait_until("its connection is ended", kConverged,
                    [&] { return watched.said("event=link connected=false") > before; });
  for (const std::size_t number : {0U, 1U})
    stage::wait_until("it is not let in any more", kConverged,
                      [&] { return !stage::is_let_in(stage.broker(number), site); });
}

}  // namespace depops::faults
