#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>

#include "tests/contract/kubernetes/fake_server.h"
#include "tests/contract/kubernetes_rollout/course.h"
#include "tests/contract/kubernetes_rollout/trouble.h"
#include "tests/support/child.h"

namespace depops::test {
namespace {

constexpr int kTurnsOfTrouble = 1'000;  // most; it ends before if the rollout does
constexpr int kTurnsOfRest = 80;
constexpr std::uint64_t kSideBySide = 10;  // most of a seed is waiting
constexpr const char* kOfSeed = "a rollout under the faults of one seed";

std::uint64_t number(const char* variable, std::uint64_t otherwise) {
  const char* text = std::getenv(variable);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

// Lease renewals go on for ever.
bool writes(const std::string& request) {
  return !request.starts_with("GET ") && request.find("/leases/") == std::string::npos;
}

bool is_quiet(RolledSite& site) {
  for (int i = 0; i < kTurnsOfRest; ++i) site.turn();
  (void)fake_server().requests();
  for (int i = 0; i < kTurnsOfRest; ++i) site.turn();
  return std::ranges::none_of(fake_server().requests(), writes);
}

void come_to_rest(RolledSite& site, const std::string& label, unsigned replicas) {
  const std::map<std::string, unsigned> wanted{{rolled_set(label), replicas}};
  const bool whole = site.becomes([&] { return site.pods() == wanted && site.left_behind(label).empty(); });
  INFO(site.story());
  INFO("left behind: " + site.left_behind(label));
  REQUIRE(whole);
  CHECK(site.weight(label) > 0);
  REQUIRE(site.broken() == "");
}

void play(std::uint64_t seed) {
  INFO("DEPOPS_SEED=" + std::to_string(seed));
  Course course(seed);
  INFO(course.name());
  RolledSite site(seed,
                  {.slow = true, .stateful = course.stateful(), .daemon = course.daemon(), .leased = course.leased()});
  site.deploy("1");
  REQUIRE(site.becomes([&] { return site.has_ended(); }));
  REQUIRE(site.becomes([&] {
    return site.pods() == std::map<std::string, unsigned>{{rolled_set("1"), kRolledReplicas}};
  }));
  Trouble trouble(site, seed);
  course.begin(site);
  for (int i = 0; i < kTurnsOfTrouble && !course.has_ended(site); ++i) {
    trouble.one();
    course.go_on(site);
    site.turn();
  }
  trouble.end();
  const bool ended = site.becomes([&] { return course.go_on(site), course.has_ended(site); });
  INFO(site.story());
  REQUIRE(ended);
  come_to_rest(site, course.label(), course.replicas());
  site.life([](ClusterLife& life) { life.hurry(); });
  CHECK(is_quiet(site));
  (void)Trouble::late_ones_come();
  come_to_rest(site, course.label(), course.replicas());
  CHECK(is_quiet(site));
  REQUIRE(site.broken() == "");
}

// Each seed in a process of its own, with a server of its own.
class Seeds {
 public:
  explicit Seeds(std::uint64_t first, std::uint64_t count) : next_(first), end_(first + count) {
    std::string pattern = std::filesystem::temp_directory_path() / "depops-seeds-XXXXXX";
    dir_ = ::mkdtemp(pattern.data());
  }
  ~Seeds() { std::filesystem::remove_all(dir_); }

  void play() {
    while (next_ < end_ || !running_.empty()) {
      while (next_ < end_ && running_.size() < kSideBySide) start(next_++);
      const auto first = running_.begin();
      const int status = first->second.wait();
      INFO(text_of_file(log_of(first->first)));
      CHECK(status == 0);
      running_.erase(first);
    }
  }

 private:
  std::string log_of(std::uint64_t seed) const { return dir_ / (std::to_string(seed) + ".log"); }
  void start(std::uint64_t seed) {
    const std::string program = std::filesystem::read_symlink("/proc/self/exe");
    running_.emplace(seed, Child({"env", "DEPOPS_SEED=" + std::to_string(seed), program, kOfSeed}, log_of(seed)));
  }

  std::uint64_t next_;
  const std::uint64_t end_;
  std::filesystem::path dir_;
  std::map<std::uint64_t, Child> running_;
};

}  // namespace

TEST_CASE("whatever fails between agent and cluster, a rollout ends well and no pod that serves is missed") {
  Seeds(number("DEPOPS_SEED", 1), number("DEPOPS_SEEDS", 27)).play();
}

TEST_CASE("many more seeds: whatever fails between agent and cluster, a rollout ends well", "[.][long]") {
  Seeds(number("DEPOPS_SEED", 1'000), number("DEPOPS_SEEDS", 300)).play();
}

TEST_CASE("a rollout under the faults of one seed", "[.][seed]") { play(number("DEPOPS_SEED", 1)); }

}  // namespace depops::test
