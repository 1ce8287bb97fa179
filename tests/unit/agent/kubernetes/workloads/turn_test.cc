#include <catch2/catch.hpp>

#include "tests/unit/agent/kubernetes/workloads/place_site.h"

using namespace depops;
using namespace depops::test;

namespace {

// Version a runs with three pods.
PlaceSite begun() {
  PlaceSite site;
  InPlace made;
  made.uid = Uid("sts");
  made.key.name = ObjectName("db");
  made.service = ServiceName("checkout");
  made.set = site.current = SetId("a");
  site.cluster.in_place = {made};
  site.wish_of(3, {order("a", 3)});
  site.come_to_rest();
  REQUIRE(site.row() == "aaa");
  REQUIRE(site.acts().empty());
  return site;
}

template <typename T>
T only(const std::vector<Act>& acts) {
  REQUIRE(acts.size() == 1);
  REQUIRE(std::holds_alternative<T>(acts[0]));
  return std::get<T>(acts[0]);
}

}  // namespace

TEST_CASE("a version of which nothing is there is made, and its pods come when what they refer to is there") {
  PlaceSite site;
  site.wish_of(2, {order("a", 2)});
  const auto made = only<Prepare>(site.acts());
  CHECK_FALSE(made.in_place);
  site.carry_out(made);
  CHECK(site.acts().empty());  // its controller has not seen it
  site.control();
  site.carry_out(only<Join>(site.acts()));
  CHECK(only<Shift>(site.acts()).replicas == 2);
}

TEST_CASE("what the pods of a StatefulSet refer to is made again with it; a version says what it has at its height") {
  PlaceSite site = begun();
  REQUIRE(site.memory.sets[SetId("a")].joined == Uid("sts"));
  site.object()->uid = Uid("again");
  site.object()->replicas = 0;
  site.cluster.pods.clear();
  CHECK(only<Join>(site.acts()).object.uid == Uid("again"));
  site = begun();
  SetOrder taller = order("b", 1);
  taller.height = 2;
  site.wish_of(5, {taller, order("a", 3)});
  CHECK(only<Prepare>(site.acts()).height == 2);
}

TEST_CASE("the template is the next version's with every pod below the partition, which then goes down by the orders") {
  PlaceSite site = begun();
  site.wish_of(3, {order("b", 0), order("a", 3)});
  CHECK(site.acts().empty());
  site.wish_of(3, {order("b", 1), order("a", 2)});
  const auto turned = only<Prepare>(site.acts());
  CHECK(turned.snapshot.set == SetId("b"));
  CHECK(turned.in_place == site.cluster.in_place.at(0));
  site.carry_out(turned);
  site.control();
  CHECK(site.row() == "aaa");
  CHECK(site.acts().empty());  // db-2 may have requests
  site.orders->released = {site.at_place(2)->id()};
  site.carry_out(only<Join>(site.acts()));
  CHECK(only<Shift>(site.acts()).partition == 2);
  site.come_to_rest();
  CHECK(site.row() == "aab");
  CHECK(site.acts().empty());
  const auto facts = site.facts();
  CHECK(set_of(facts, "a").ready == 2);
  CHECK(set_of(facts, "a").retiring == 0);
  CHECK(set_of(facts, "b").ready == 1);
  CHECK(set_of(facts, "a").turns == rollout::Turns::by_place);
}

TEST_CASE("without anybody to say that requests are over a pod goes when its drain time is") {
  PlaceSite site = begun();
  site.wish_of(3, {order("b", 1), order("a", 2)});
  site.come_to_rest(false);
  CHECK(site.row() == "aaa");
  CHECK(set_of(site.facts(), "a").retiring == 1);
  site.now_ms += 5'000;
  site.come_to_rest(false);
  CHECK(site.row() == "aab");
}

TEST_CASE("the old version gives up a pod only for one of the new version") {
  PlaceSite site = begun();
  site.wish_of(3, {order("b", 0), order("a", 2)});
  site.come_to_rest();
  CHECK(site.row() == "aaa");
  CHECK(set_of(site.facts(), "a").running == 2);
}

TEST_CASE("at the end the partition is 0, and whatever pod comes is of the new version") {
  PlaceSite site = begun();
  for (std::uint32_t b = 1; b <= 3; ++b) {
    site.wish_of(3, {order("b", b), order("a", 3 - b)});
    site.come_to_rest();
  }
  CHECK(site.row() == "bbb");
  CHECK(site.object()->partition == 0);
  site.wish_of(3, {order("b", 3)});
  CHECK(site.acts().empty());
}

TEST_CASE("going back writes the old template and changes the abandoned version's pods alone") {
  PlaceSite site = begun();
  site.wish_of(3, {order("b", 2), order("a", 1)});
  site.come_to_rest();
  REQUIRE(site.row() == "abb");
  const Uid kept = site.at_place(0)->uid;
  site.wish_of(3, {order("b", 1), order("a", 2)});
  site.come_to_rest();
  CHECK(site.row() == "aba");
  site.wish_of(3, {order("b", 0), order("a", 3)});
  site.come_to_rest();
  CHECK(site.row() == "aaa");
  CHECK(site.at_place(0)->uid == kept);
  CHECK(site.acts().empty());
}

TEST_CASE("going back from where nothing is left of the old version works as going forward does") {
  PlaceSite site = begun();
  site.wish_of(3, {order("b", 3), order("a", 0)});
  site.come_to_rest();
  REQUIRE(site.row() == "bbb");
  REQUIRE(site.current == SetId("b"));
  site.wish_of(3, {order("b", 2), order("a", 1)});
  site.come_to_rest();
  CHECK(site.row() == "bba");
}

TEST_CASE("kubernetes#67250: a pod that never works does not keep the way back waiting, and no other is deleted") {
  PlaceSite site = begun();
  site.broken.insert(SetId("b"));
  site.wish_of(3, {order("b", 1), order("a", 2)});
  site.come_to_rest();
  REQUIRE(site.row() == "aab");
  site.wish_of(3, {order("b", 0), order("a", 3)});
  std::vector<Clear> cleared;
  for (int i = 0; i < 30; ++i) {
    for (const Act& act : site.acts()) {
      if (const auto* clear = std::get_if<Clear>(&act)) cleared.push_back(*clear);
      site.carry_out(act);
    }
    site.control();
    site.one_gets_ready();
  }
  REQUIRE(cleared.size() == 1);
  CHECK(cleared[0].pod.set == SetId("b"));
  CHECK(site.row() == "aaa");
}

TEST_CASE("on the way back pods that do not work are given up together, those that serve one by one") {
  PlaceSite site = begun();
  site.wish_of(3, {order("b", 3), order("a", 0)});
  site.come_to_rest();
  REQUIRE(site.row() == "bbb");
  for (Pod& pod : site.cluster.pods) pod.ready = false;
  site.broken.insert(SetId("b"));
  site.wish_of(3, {order("b", 2), order("a", 1)});
  site.come_to_rest();
  CHECK(set_of(site.facts(), "a").ready == 0);  // not told that it goes back
  site.orders->returning = {{ServiceName("checkout"), SetId("a")}};
  site.come_to_rest();
  CHECK(site.row() == "aaa");
}

TEST_CASE("more instances than places are refused before anything is touched, with the remedy") {
  PlaceSite site = begun();
  site.wish_of(3, {order("b", 1), order("a", 3)});
  CHECK(site.acts().empty());
  CHECK(set_of(site.facts(), "b").trouble ==
        "the StatefulSet db has a place for 3 pods and 4 are ordered of its versions together; nothing is changed: use "
        "maxSurge: 0");
}

TEST_CASE("a service is sized in the middle: the last places come and go, and the versions share what is left") {
  PlaceSite site = begun();
  site.wish_of(3, {order("b", 1), order("a", 2)});
  site.come_to_rest();
  site.wish_of(5, {order("b", 3), order("a", 2)});
  site.come_to_rest();
  CHECK(site.row() == "aabbb");
  site.wish_of(3, {order("b", 1), order("a", 2)});
  site.come_to_rest();
  CHECK(site.row() == "aab");
  site.wish_of(4, {order("b", 1), order("a", 3)});
  site.come_to_rest();
  CHECK(std::ranges::count(site.row(), 'a') == 3);
  CHECK(std::ranges::count(site.row(), 'b') == 1);
}

TEST_CASE("a service that is not ordered any more loses its pods one drain later, and keeps its StatefulSet") {
  PlaceSite site = begun();
  site.wish({});
  site.come_to_rest(false);
  CHECK(site.row() == "aaa");
  site.now_ms += 5'000;
  site.come_to_rest(false);
  CHECK(site.row().empty());
  CHECK(site.cluster.in_place.size() == 1);
  site.wish_of(1, {order("a", 1)});
  site.come_to_rest();
  CHECK(site.row() == "a");
}

TEST_CASE("what ran before in a StatefulSet that is to be adopted makes room pod by pod") {
  PlaceSite site;
  InPlace made;
  made.uid = Uid("sts");
  made.service = ServiceName("checkout");
  made.replicas = 3;
  made.taken_up = made.adopt = true;
  site.cluster.in_place = {made};
  site.wish_of(3, {order("a", 3)});
  const auto turned = only<Prepare>(site.acts());
  CHECK(turned.in_place == made);
  site.come_to_rest();
  CHECK(site.row() == "aaa");
}

TEST_CASE("a pod of a StatefulSet has another id than the one before it in its place") {
  Pod pod;
  pod.key.name = ObjectName("db-0");
  pod.place = Place{Uid("sts"), 0};
  pod.uid = Uid("3f9a1c22-bd01-4f6e-8a57-0c9f6f8b7a11");
  CHECK(pod.id() == EndpointId("db-0.3f9a1c22"));
  pod.restarts = 2;
  CHECK(pod.id() == EndpointId("db-0.3f9a1c22.2"));
}

namespace {

// Anything that can happen to a StatefulSet.
void happen_in_place(PlaceSite& site, std::mt19937& random) {
  const std::uint32_t size = 1 + random() % 4;
  const std::uint32_t b = static_cast<std::uint32_t>(random() % (size + 1));
  const auto what = static_cast<unsigned>(random() % 8);
  if (what == 0) {
    site.wish_of(size, {order("b", b), order("a", size - b)}, site.orders->released);
    if (random() % 2 == 0) site.orders->returning = {{ServiceName("checkout"), SetId("a")}};
  } else if (!site.happens(what, random)) {
    site.control();
  }
}

}  // namespace

TEST_CASE("whatever happens, no pod of a StatefulSet goes with requests, and in the end all is as ordered") {
  for (unsigned seed = 0; seed < 500; ++seed) {
    CAPTURE(seed);
    std::mt19937 random(seed);
    PlaceSite site = begun();
    for (int step = 0; step < 150; ++step) {
      happen_in_place(site, random);
      site.look(false);
      for (const Act& act : site.acts()) site.carry_out(act);
      site.now_ms += 5;
    }
    CHECK(site.lost.empty());
    site.broken.clear();
    site.wish_of(3, {order("b", 1), order("a", 2)});
    site.come_to_rest();
    site.come_to_rest();
    INFO(site.row());
    CHECK(std::ranges::count(site.row(), 'a') == 2);
    CHECK(std::ranges::count(site.row(), 'b') == 1);
    CHECK(site.acts().empty());
  }
}
