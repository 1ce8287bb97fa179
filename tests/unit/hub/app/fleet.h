#pragma once

#include <catch2/catch.hpp>
#include <string>

#include "tests/unit/hub/app/bench.h"

namespace depops::tests {

inline const ServiceName kCheckout("checkout");
inline const EnvironmentName kStaging("staging");
inline const EnvironmentName kProduction("production");

inline hub::StartDeployment to(const EnvironmentName& environment, const char* version) {
  return {kCheckout, VersionLabel(version), environment, {}, "", ""};
}

// The hub and its four sites, played by hand.
struct Fleet {
  Bench bench;
  ToySite stg{bench, "stg-1"};
  ToySite fra{bench, "fra-1"};
  ToySite sin1{bench, "sin-1"};
  ToySite sin2{bench, "sin-2"};

  void say(ToySite& site, const std::string& id, rollout::State state, const std::string& reason = "",
           bool exposed = true) {
    bench.pass(Millis{1'000});
    site.report(id, state, reason, exposed);
    site.greet();
    for (const sync::Stream stream : sync::kStreams) {
      auto run = site.unsent(stream);
      if (run.entries.empty()) continue;
      const bool given = bench.give(site.frame(std::move(run)));
      REQUIRE(given);
    }
    hear();
  }
  void hear() { deliver(bench, {&stg, &fra, &sin1, &sin2}); }

  void complete_staging(const char* version) {
    const auto answer = bench.ask(to(kStaging, version));
    INFO(answer.what);
    REQUIRE(answer.ok);
    hear();
    say(stg, answer.object.substr(11) + ".stg-1", rollout::State::completed);
  }
  std::string complete_production(const char* version) {
    const auto answer = bench.ask(to(kProduction, version));
    INFO(answer.what);
    REQUIRE(answer.ok);
    const std::string id = answer.object.substr(11);
    hear();
    say(fra, id + ".fra-1", rollout::State::completed);
    say(sin1, id + ".sin-1", rollout::State::completed);
    say(sin2, id + ".sin-2", rollout::State::completed);
    REQUIRE(bench.deployment(id).state == rollout::State::completed);
    return id;
  }
};

}  // namespace depops::tests
