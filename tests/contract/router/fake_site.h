#pragma once

#include <map>

#include "tests/contract/router/forced_site.h"
#include "tests/simulation/fake_router.h"

namespace depops::test {

// The router of the simulation, on its own clock.
class FakeSite : public ForcedSite {
 public:
  agent::RouterCapabilities capabilities() const override { return router.capabilities(); }
  void add(const SetId& set) override;
  void lose(const SetId& set) override;
  void order(std::vector<agent::SetShare> shares, std::vector<agent::ForcedRoute> forced) override;
  agent::RouterFacts wait(const Condition& condition) override;
  std::string get(const agent::RequestHeaders& headers) override;
  void restart_router() override { router.restart(); }
  void remove_first_route() override { router.foreign_removal(); }

 private:
  void scale();
  void pass(Millis step);

  simulation::Rng rng_{1};
  simulation::Profiles profiles_{{kStableSet, {Millis(0)}}, {kCanarySet, {Millis(0)}}};
  simulation::FakeRuntime runtime_{rng_, profiles_};
  std::map<SetId, std::uint32_t> replicas_;
  agent::RouterOrders orders_;
  std::uint64_t runtime_seq_ = 0;
  Moment now_;

 public:
  simulation::FakeRouter router{rng_, runtime_, profiles_};
};

}  // namespace depops::test
