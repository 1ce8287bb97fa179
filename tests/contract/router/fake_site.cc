#include "tests/contract/router/fake_site.h"

#include <catch2/catch.hpp>

namespace depops::test {

void FakeSite::add(const SetId& set) {
  replicas_[set] += 1;
  scale();
  orders_.routes.resize(1);
  orders_.routes[0].service = ServiceName("checkout");
  orders_.routes[0].endpoints.clear();
  for (const auto& instance : runtime_.instances()) {
    orders_.routes[0].endpoints.push_back({instance.id, instance.set, "127.0.0.1", instance.port, false});
  }
}

void FakeSite::lose(const SetId& set) {
  replicas_[set] = 0;
  scale();
}

void FakeSite::scale() {
  agent::RuntimeOrders orders{++runtime_seq_, {}, {}};
  for (const auto& [set, replicas] : replicas_) {
    rollout::VersionSnapshot snapshot;
    snapshot.set = set;
    snapshot.workload.drain = Millis(0);
    orders.sets.push_back({snapshot, replicas});
  }
  runtime_.apply(orders, now_.boottime);
  for (int i = 0; i < 20; ++i) pass(Millis(50));
}

void FakeSite::order(std::vector<agent::SetShare> shares, std::vector<agent::ForcedRoute> forced) {
  orders_.seq += 1;
  orders_.routes[0].shares = std::move(shares);
  orders_.routes[0].forced = std::move(forced);
  router.apply(orders_, now_.boottime);
}

void FakeSite::pass(Millis step) {
  now_.boottime += step;
  now_.wall += step;
  runtime_.advance(now_, step);
  router.advance(now_, step);
}

agent::RouterFacts FakeSite::wait(const Condition& condition) {
  for (int i = 0; i < 400; ++i) {
    pass(Millis(50));
    agent::RouterFacts facts = router.facts(now_);
    if (facts.applied_seq == orders_.seq && condition(facts)) return facts;
  }
  FAIL("the router did not come to what was waited for; trouble: " << router.facts(now_).trouble);
  return {};
}

std::string FakeSite::get(const agent::RequestHeaders& headers) {
  if (const auto forced = router.forced_to(headers)) return forced->str();
  const agent::RouterFacts facts = router.facts(now_);
  for (const agent::SetShare& share : facts.services.at(0).shares) {
    if (share.percent == 100) return share.set.str();
  }
  return {};
}

}  // namespace depops::test
