#include <catch2/catch.hpp>
#include <iostream>

#include "tests/e2e/faults/scene.h"

// What a bad way between site, broker and hub does. Numbers as in the design's list of faults.
namespace depops::faults {
namespace {

constexpr stage::Seconds kSlow{300};  // a rollout while most frames come late or never

void say(const char* what, const Tally& tally) {
  std::cout << what << ": " << tally.taken << " messages, " << tally.lost << " lost, " << tally.copies << " copies, "
            << tally.overtaken << " overtaken by up to " << tally.furthest << std::endl;
}

// Rollouts while the mischief lasts, then the invariants.
Tally under(const std::string& name, const Mischief& mischief, int rollouts) {
  Scene scene(name, {.sites = 2});
  scene.do_mischief(mischief);
  for (int i = 0; i < rollouts; ++i) scene.roll_out(kSlow);
  scene.behave();
  scene.ledger().check(kConverged);
  say(name.c_str(), scene.tally());
  return scene.tally();
}

void wait_for_begin(Scene& scene) {
  stage::wait_until("the site has begun", kRollout,
                    [&] { return scene.site().status()["phase"].as_string() != "idle"; });
}

void wait_for_end_at_site(Scene& scene, const std::string& label) {
  stage::wait_until(label + " is stable at the site", kRollout, [&] {
    const json::Value status = scene.site().status();
    return status["stable"].as_string() == label && status["phase"].as_string() == "idle";
  });
}

}  // namespace

TEST_CASE("F23 every message arrives one to five times: nothing happens twice") {
  const Tally tally = under("f23", {0, 5, Millis(200)}, 1);
  CHECK(tally.copies > tally.taken);
}

TEST_CASE("F24 messages overtake each other: what is written down is in order all the same", "[.][long]") {
  const Tally tally = under("f24", {0, 1, Millis(2'000)}, 3);
  CHECK(tally.overtaken > 20);
}

TEST_CASE("F23 F24 F25 all of it at once, for several rollouts", "[.][long]") {
  const Tally tally = under("f25-long", {0.3, 5, Millis(1'000)}, 4);
  CHECK(tally.lost > 100);
  CHECK(tally.copies > 100);
  CHECK(tally.overtaken > 100);
}

TEST_CASE("F25 three of ten messages are lost both ways, and their senders were told that they arrived") {
  Scene scene("f25");
  const Mischief loss{0.3, 1, Millis(0)};
  scene.road().do_mischief(loss, loss);
  const auto has_lost = [&] { return scene.road().up().lost > 3 && scene.road().down().lost > 3; };
  scene.roll_out(kSlow);
  for (int more = 0; more < 4 && !has_lost(); ++more) scene.roll_out(kSlow);
  scene.road().behave();
  scene.ledger().check(kConverged);
  say("f25", scene.tally());
  CHECK(scene.road().up().lost > 3);
  CHECK(scene.road().down().lost > 3);
}

TEST_CASE("F26 at a few bytes a second a rollout under way ends at the site, and all of it is told afterwards") {
  Scene scene("f26-slow");
  const std::string label = scene.begin();
  wait_for_begin(scene);
  scene.road().throttle(16);
  wait_for_end_at_site(scene, label);
  CHECK(scene.site().view()["backlog"].as_uint() > 0);
  scene.road().throttle(0);
  scene.completed(label, kRollout);
  scene.ledger().check(kConverged);
}

TEST_CASE("F26 a connection that is open and dead is given up, and the site comes back on another one", "[.][long]") {
  Scene scene("f26-dead");
  const std::string label = scene.begin();
  wait_for_begin(scene);
  scene.road().freeze(true);
  wait_for_end_at_site(scene, label);
  stage::wait_until("the site has given it up", kRollout, [&] { return !scene.site().view()["hubOnline"].as_bool(); });
  scene.road().freeze(false);
  scene.completed(label, kRollout);
  scene.ledger().check(kConverged);
}

TEST_CASE("F27 a site that is cut off goes on alone, and both agree when it is back", "[.][long]") {
  Scene scene("f27", {.sites = 2});
  scene.road(0).cut(true);
  stage::wait_until("the site is away", kRollout, [&] { return !scene.site(0).view()["hubOnline"].as_bool(); });
  const std::string label = scene.begin();  // for both; the other one begins at once
  stage::wait_until(label + " is stable at the other site", kRollout,
                    [&] { return scene.site(1).status()["stable"].as_string() == label; });
  CHECK(scene.site(0).status()["stable"].as_string() != label);
  scene.road(0).cut(false);
  scene.completed(label, kRollout);
  scene.ledger().check(kConverged);
}

}  // namespace depops::faults
