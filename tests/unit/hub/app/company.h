#pragma once

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "tests/unit/hub/app/fleet.h"

// A hub with a trust root, for tests of what people sign.
namespace depops::tests {

inline trust::Holder holder(const std::string& key, const std::string& person) {
  trust::Holder out;
  out.key.id = KeyId(key);
  out.person = trust::Person(person);
  out.scope.everywhere = true;
  return out;
}

// ann and ben hold the root; alice, bob and admin (who deploys here) may approve; dora opens in an emergency.
inline trust::TrustRoot company(std::uint64_t version = 1) {
  trust::TrustRoot root;
  root.version = trust::TrustVersion(version);
  root.issued = at(0);
  root.expires = at(1'000'000);
  root.root = {2, {holder("k-ann", "ann"), holder("k-ben", "ben")}};
  root.hub_release = {1, {holder("k-hub", "hub")}};
  root.approver = {1, {holder("k-alice", "alice"), holder("k-bob", "bob"), holder("k-admin", "admin")}};
  root.break_glass = {1, {holder("k-dora", "dora")}};
  root.environments = {{EnvironmentName("staging"), trust::Tier::staging},
                       {EnvironmentName("production"), trust::Tier::production}};
  return root;
}

// d-2 brings 1.0 to production; staging asked nobody.
struct Company {
  Fleet fleet;
  Bench& bench = fleet.bench;

  Company() {
    bench.set_up();
    REQUIRE(push(company()).ok);
    fleet.complete_staging("1.0");
    REQUIRE(bench.ask(to(kProduction, "1.0")).ok);
    fleet.hear();
  }
  hub::Answer push(const trust::TrustRoot& root, const std::vector<std::string>& keys = {"k-ann", "k-ben"}) {
    return bench.ask(hub::TakeTrustRoot{bench.codec.add_trust_root(root, keys)});
  }
  trust::Statement says(const std::string& person) const {
    const hub::Deployment& row = bench.deployment("d-2");
    trust::Statement out;
    out.subject = {bench.hub->world().plan(row.plan).target.artifact, row.plan, row.service, row.version,
                   row.environment};
    out.person = trust::Person(person);
    out.not_before = bench.now.wall;
    out.not_after = bench.now.wall + std::chrono::hours(1);
    return out;
  }
  hub::Answer attest(const trust::Statement& statement, const std::string& key) {
    const auto answer = bench.ask(hub::Attest{DeploymentId("d-2"), bench.codec.add_approval(statement, key)});
    fleet.hear();
    return answer;
  }
  hub::Answer approve(const std::string& person) { return attest(says(person), "k-" + person); }
  const hub::AuditRow& newest(const std::string& action) const {
    for (auto row = bench.store.audit().rbegin(); row != bench.store.audit().rend(); ++row)
      if (row->leaf.action == action) return *row;
    FAIL("no leaf " + action);
    return bench.store.audit().front();
  }
};

}  // namespace depops::tests
