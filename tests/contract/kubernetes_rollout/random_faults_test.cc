#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <random>

#include "tests/contract/kubernetes/fake_server.h"
#include "tests/contract/kubernetes_rollout/rolled_site.h"

namespace depops::test {
namespace {

using What = Fault::What;

constexpr int kTurnsOfTrouble = 250;  // most; it ends before if the rollout does
constexpr int kTurnsOfRest = 150;

std::uint64_t number(const char* variable, std::uint64_t otherwise) {
  const char* text = std::getenv(variable);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

// What goes wrong, one thing after another, as the seed has it.
class Trouble {
 public:
  Trouble(RolledSite& site, std::uint64_t seed) : site_(site), chance_(seed * 2'654'435'761U + 1) {}

  void one() {
    if (held_ > 0 && --held_ == 0) fake_server().hold_watches(false);
    const std::uint64_t kind = draw(100);
    if (kind < 22) return answer();
    if (kind < 32) return lose();
    if (kind < 34) return fake_server().cut_watches();
    if (kind == 34) return hold();
    if (kind == 35 && draw(3) == 0) return fake_server().forget_history();
    if (kind == 36 && draw(2) == 0) return site_.restart_agent();
    if (kind < 40) return meddle();
  }

  static void end() {
    fake_server().hold_watches(false);
    fake_server().forgive();
  }

 private:
  std::uint64_t draw(std::uint64_t below) { return chance_() % below; }
  std::string method() { return std::vector<std::string>{"POST", "PATCH", "PATCH", "DELETE", "GET", "WATCH"}[draw(6)]; }
  std::string path() const { return "/namespaces/" + site_.space() + "/"; }

  void answer() {
    const int status = std::vector<int>{409, 422, 429, 500, 502, 503, 504}[draw(7)];
    const std::string after = status == 429 ? "1" : "";
    const std::string body = status == 422 ? R"({"kind":"Status","status":"Failure","reason":"Invalid"})" : "";
    fake_server().will({What::answer, method(), status, after, body, path()});
  }
  void lose() {
    const What what = draw(2) == 0 ? What::break_off : What::break_off_after_effect;
    fake_server().will({what, method(), 0, "", "", path()});
  }
  void hold() {
    fake_server().hold_watches(true);
    held_ = static_cast<int>(5 + draw(30));
  }
  // Somebody else writes beside us: a note on a Deployment of ours.
  void meddle() {
    fake_server().change([this](FakeObjects& objects) {
      std::vector<std::string> keys;
      objects.each(kDeploymentsOfFake, [&](const json::Value& one) {
        const json::Value& meta = one["metadata"];
        if (meta["namespace"].as_string() == site_.space())
          keys.push_back(site_.space() + "/" + meta["name"].as_string());
      });
      if (keys.empty()) return;
      const json::Value note = parsed(R"({"metadata":{"annotations":{"note":")" + std::to_string(draw(100)) + "\"}}}");
      (void)objects.merge_patch(kDeploymentsOfFake, keys[draw(keys.size())], note, "somebody");
    });
  }

  RolledSite& site_;
  std::mt19937_64 chance_;
  int held_ = 0;
};

void carry_through(RolledSite& site) {
  (void)site.becomes([&] { return site.has_ended(); });
  INFO(site.story());
  REQUIRE(site.status().state == rollout::State::completed);
}

bool writes(const std::string& request) { return !request.starts_with("GET "); }

void play(std::uint64_t seed) {
  INFO("DEPOPS_SEED=" + std::to_string(seed));
  RolledSite site(seed);
  site.deploy("1");
  carry_through(site);
  site.rules([](ClusterRules& rules) { rules.serves(); });
  Trouble trouble(site, seed);
  site.deploy("2");
  for (int i = 0; i < kTurnsOfTrouble && !site.has_ended(); ++i) {
    trouble.one();
    site.turn();
  }
  Trouble::end();
  carry_through(site);
  REQUIRE(site.broken() == "");
  const std::map<std::string, unsigned> wanted{{rolled_set("2"), kRolledReplicas}};
  REQUIRE(site.becomes([&] { return site.pods() == wanted; }));
  site.life([](ClusterLife& life) { life.hurry(); });
  for (int i = 0; i < kTurnsOfRest; ++i) site.turn();
  (void)fake_server().requests();
  for (int i = 0; i < kTurnsOfRest; ++i) site.turn();
  const auto requests = fake_server().requests();
  CHECK(std::ranges::none_of(requests, writes));
  REQUIRE(site.broken() == "");
}

}  // namespace

TEST_CASE("whatever fails between agent and cluster, a rollout ends well and no pod that serves is missed") {
  const std::uint64_t first = number("DEPOPS_SEED", 1);
  const std::uint64_t count = std::getenv("DEPOPS_SEED") != nullptr ? 1 : number("DEPOPS_SEEDS", 4);
  for (std::uint64_t seed = first; seed < first + count; ++seed) play(seed);
}

}  // namespace depops::test
