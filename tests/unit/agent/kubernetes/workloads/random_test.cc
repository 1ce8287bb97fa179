#include <catch2/catch.hpp>
#include <random>

#include "tests/unit/agent/kubernetes/workloads/site.h"

using namespace depops;
using namespace depops::test;

namespace {

// Anything that can happen to a site.
void happen(Site& site, std::mt19937& random) {
  const auto few = [&random] { return static_cast<std::uint32_t>(random() % 4); };
  switch (random() % 7) {
    case 0:
      return site.wish({order("a", few()), order("b", few())});
    case 1:
      return site.wish(site.orders->sets, retiring(site.facts()));
    case 2:
      return site.grow();
    case 3:
      return site.get_ready();
    case 4:
      return site.end_one();
    case 5:
      return site.bury();
    default:
      return site.memory.pods.clear();  // the agent was started again
  }
}

// No pod that serves is told to go unless its requests are over.
void check(const Act& act, const Site& site) {
  const auto* stop = std::get_if<Stop>(&act);
  if (stop == nullptr) return;
  for (const Pod& pod : stop->pods) {
    const auto& released = site.orders->released;
    CHECK((!pod.ready || std::ranges::find(released, pod.id()) != released.end()));
  }
}

}  // namespace

TEST_CASE("whatever happens in which order, nothing that serves goes unasked, and in the end all is as ordered") {
  for (unsigned seed = 0; seed < 300; ++seed) {
    CAPTURE(seed);
    std::mt19937 random(seed);
    Site site;
    for (int step = 0; step < 120; ++step) {
      happen(site, random);
      site.now_ms += 20;
      for (const Act& act : site.acts()) {
        check(act, site);
        std::visit(site, act);
      }
    }
    site.wish({order("a", 2), order("b", 1)});
    site.settle();
    site.now_ms += 5'000;
    site.settle();
    CHECK(site.acts().empty());
    CHECK(site.live(SetId("a")) == 2);
    CHECK(site.live(SetId("b")) == 1);
  }
}
