#include <signal.h>

#include <catch2/catch.hpp>
#include <random>

#include "tests/e2e/faults/scene.h"

// A broker that dies, forgets or hangs: it holds nothing that is not in a database too.
namespace depops::faults {
namespace {

constexpr std::uint64_t kSeed = 20'261'126;

// Waits a time drawn from the seed while rollouts go on, or less if one of them ended.
void let_pass(std::mt19937_64& random, Scene& scene, const std::string& label) {
  const auto most = std::chrono::milliseconds(std::uniform_int_distribution<int>(0, 900)(random));
  const auto until = std::chrono::steady_clock::now() + most;
  stage::wait_until("a moment has passed", kRollout,
                    [&] { return std::chrono::steady_clock::now() > until || scene.ended(label); });
}

// The broker is killed again and again, its folder removed each time, while rollouts go on one after the other.
void lose_often(const std::string& name, int times) {
  Scene scene(name, {.sites = 2, .roads = false});
  std::mt19937_64 random(kSeed);
  std::string label = scene.begin();
  for (int i = 0; i < times; ++i) {
    let_pass(random, scene, label);
    scene.stage().broker().lose();
    if (!scene.ended(label)) continue;
    scene.completed(label, kRollout);
    label = scene.begin();
  }
  scene.completed(label, kRollout);
  scene.ledger().check(kConverged);
}

}  // namespace

TEST_CASE("F15 the broker is killed ten times under load and forgets everything: nobody else does") {
  lose_often("f15", 10);
}

TEST_CASE("F15 the broker is killed a hundred times under load and forgets everything", "[.][long]") {
  lose_often("f15-long", 100);
}

TEST_CASE("F16 a broker that hangs until both sides have given it up holds no rollout up at the site", "[.][long]") {
  Scene scene("f16", {.roads = false});
  const std::string label = scene.begin();
  stage::wait_until("the site has begun", kRollout,
                    [&] { return scene.site().status()["phase"].as_string() != "idle"; });
  scene.stage().broker().program().signal(SIGSTOP);
  // Without the hub: the rollout under way comes to its end.
  stage::wait_until(label + " is stable at the site", kRollout,
                    [&] { return scene.site().status()["stable"].as_string() == label; });
  stage::wait_until("the site has given the broker up", kRollout,
                    [&] { return !scene.site().view()["hubOnline"].as_bool(); });
  CHECK(scene.site().view()["backlog"].as_uint() > 0);
  scene.stage().broker().program().signal(SIGCONT);
  scene.completed(label, kRollout);
  scene.ledger().check(kConverged);
}

}  // namespace depops::faults
