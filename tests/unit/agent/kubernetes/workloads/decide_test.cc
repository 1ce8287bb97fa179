#include <catch2/catch.hpp>

#include "shared/rollout/companions.h"
#include "tests/unit/agent/kubernetes/workloads/site.h"

using namespace depops;
using namespace depops::test;

TEST_CASE("a set is made without instances first, and then scaled") {
  Site site;
  site.wish({order("a", 3)});
  const auto first = site.acts();
  REQUIRE(first.size() == 1);
  CHECK(std::holds_alternative<Prepare>(first[0]));
  site(std::get<Prepare>(first[0]));
  const auto second = site.acts();
  REQUIRE(second.size() == 1);
  CHECK(std::get<Scale>(second[0]).replicas == 3);
  site.settle();
  CHECK(set_of(site.facts(), "a").ready == 3);
  CHECK(site.acts().empty());
}

TEST_CASE("an agent that starts makes sure of what pods refer to before it scales from nothing, and not otherwise") {
  Site site;
  site.wish({order("a", 1)});
  site.settle();
  site.memory = {};
  site.wish({order("a", 2)});
  CHECK(std::holds_alternative<Scale>(site.acts().at(0)));
  site.of(SetId("a")).replicas = 0;
  CHECK(std::holds_alternative<Prepare>(site.acts().at(0)));
}

TEST_CASE("a set that somebody deleted and made again is prepared anew: what its pods refer to went with the first") {
  Site site;
  site.wish({order("a", 2)});
  site(std::get<Prepare>(site.acts().at(0)));
  site.of(SetId("a")).uid = Uid("made again");
  CHECK(std::holds_alternative<Prepare>(site.acts().at(0)));
  site(std::get<Prepare>(site.acts().at(0)));
  CHECK(std::holds_alternative<Scale>(site.acts().at(0)));
}

TEST_CASE("a ready pod that is too many goes when it is released or its drain is over, and none before") {
  Site site;
  site.wish({order("a", 3)});
  site.settle();
  site.wish({order("a", 1)});
  const RuntimeFacts facts = site.facts();
  REQUIRE(retiring(facts).size() == 2);
  CHECK(site.acts().empty());
  site.wish({order("a", 1)}, {retiring(facts)[1]});
  const auto acts = site.acts();
  REQUIRE(acts.size() == 1);
  const Stop& stop = std::get<Stop>(acts[0]);
  CHECK(stop.replicas == 2);
  REQUIRE(stop.pods.size() == 1);
  CHECK(stop.pods[0].id() == retiring(facts)[1]);
  site(stop);
  CHECK(site.acts().empty());  // it is on its way out, and no other goes for it
  site.settle();
  CHECK(site.live(SetId("a")) == 2);
  site.now_ms += 5'000;
  site.settle();
  CHECK(site.live(SetId("a")) == 1);
}

TEST_CASE("a retiring pod that is needed again stays, and its drain begins anew another time") {
  Site site;
  site.wish({order("a", 2)});
  site.settle();
  site.wish({order("a", 1)});
  (void)site.facts();
  site.now_ms += 4'000;
  site.wish({order("a", 2)});
  CHECK(retiring(site.facts()).empty());
  site.wish({order("a", 1)});
  (void)site.facts();
  site.now_ms += 4'000;
  CHECK(site.acts().empty());
}

TEST_CASE("what does not serve goes at once and before what does") {
  Site site;
  site.wish({order("a", 2)});
  site.settle();
  site.wish({order("a", 3)});
  for (const Act& act : site.acts()) std::visit(site, act);
  site.grow();
  site.wish({order("a", 2)});
  const auto acts = site.acts();
  REQUIRE(acts.size() == 1);
  CHECK_FALSE(std::get<Stop>(acts[0]).pods.at(0).ready);
}

TEST_CASE("pods that were wished for and are not there yet are not waited for to go") {
  Site site;
  site.wish({order("a", 5)});
  for (int i = 0; i < 2; ++i)
    for (const Act& act : site.acts()) std::visit(site, act);
  site.wish({order("a", 1)});
  const auto acts = site.acts();
  REQUIRE(acts.size() == 1);
  CHECK(std::get<Scale>(acts[0]).replicas == 1);
}

TEST_CASE("sets that are not named go, and only so many stay as history") {
  Site site;
  site.limits.history = 1;
  site.wish({order("a", 1), order("b", 1), order("c", 1)});
  site.settle();
  for (Workload& workload : site.cluster.workloads)
    workload.created = Instant(Millis(workload.set == SetId("b") ? 2'000 : 1'000));
  site.wish({order("c", 1)});
  site.settle();
  site.now_ms += 5'000;
  site.settle();
  REQUIRE(site.cluster.workloads.size() == 2);
  CHECK(workload_in(site.cluster, SetId("b")) != nullptr);
  CHECK(workload_in(site.cluster, SetId("a")) == nullptr);
  CHECK(site.facts().sets.size() == 1);
}

TEST_CASE("of each program of a service as many sets stay as history") {
  Site site;
  site.limits.history = 1;
  const std::string old_set = "checkout-000000000001";
  const std::string new_set = "checkout-000000000002";
  site.wish({order(old_set, 1), order(old_set + "-worker", 1), order(new_set, 1), order(new_set + "-worker", 1)});
  site.settle();
  for (Workload& workload : site.cluster.workloads)
    workload.created = Instant(Millis(workload.set.str().starts_with(new_set) ? 2'000 : 1'000));
  site.wish({});
  site.settle();
  site.now_ms += 5'000;
  site.settle();
  CHECK(site.cluster.workloads.size() == 2);
  CHECK(workload_in(site.cluster, SetId(new_set)) != nullptr);
  CHECK(workload_in(site.cluster, SetId(new_set + "-worker")) != nullptr);
}

TEST_CASE("a set whose call failed waits longer each time, and others do not wait with it") {
  Site site;
  site.wish({order("a", 1), order("b", 1)});
  (void)site.acts();
  note(site.memory, SetId("a"), Error{Errc::refused, "quota"}, site.now());
  CHECK(site.acts().size() == 1);
  CHECK(set_of(site.facts(), "a").trouble == "quota");
  CHECK(waits(site.memory));
  site.now_ms += 500;
  CHECK(site.acts().size() == 2);
  for (int i = 0; i < 60; ++i) note(site.memory, SetId("a"), Error{Errc::refused, "quota"}, site.now());
  site.now_ms += 59'000;
  CHECK(site.acts().size() == 1);
  site.now_ms += 1'000;
  CHECK(site.acts().size() == 2);
  note(site.memory, SetId("a"), {}, site.now());
  CHECK(set_of(site.facts(), "a").trouble.empty());
}

TEST_CASE("of each moment of a rollout it is known what the version that runs has given up by then, companions too") {
  Site site;
  SetOrder stable = order("checkout-000000000001", 4);
  stable.snapshot.workload.replicas = 4;
  stable.snapshot.companions["worker"].replicas = 2;
  const SetOrder beside{rollout::companion_of(stable.snapshot, "worker"), 2};
  site.wish({stable, beside});
  site.settle();
  site.of(stable.snapshot.set).needs = {{"requests.cpu", 500}};
  site.of(beside.snapshot.set).needs = {{"requests.cpu", 100}};
  SetOrder next = order("checkout-000000000002", 1);
  next.dip = rollout::Dip{4, 3};
  next.crowds = {{1, 0}, {4, 2}, {4, 9}};
  site.wish({next, stable, beside});
  const auto acts = site.acts();
  REQUIRE(acts.size() == 1);
  const auto& made = std::get<Prepare>(acts[0]);
  CHECK(made.dip == rollout::Dip{4, 3});
  REQUIRE(made.crowds.size() == 3);
  CHECK(made.crowds[0].target == 1);
  CHECK(made.crowds[0].gone.empty());
  CHECK(made.crowds[1].target == 4);
  REQUIRE(made.crowds[1].gone.size() == 2);
  CHECK((made.crowds[1].gone[0].pods == 2 && made.crowds[1].gone[0].needs.at("requests.cpu") == 500));
  CHECK((made.crowds[1].gone[1].pods == 1 && made.crowds[1].gone[1].needs.at("requests.cpu") == 100));
  REQUIRE(made.crowds[2].gone.size() == 2);
  CHECK(made.crowds[2].gone[0].pods == 4);  // never more than there are
  CHECK(made.crowds[2].gone[1].pods == 2);
}
