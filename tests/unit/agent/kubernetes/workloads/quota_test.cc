#include "agent/kubernetes/workloads/quota.h"

#include <catch2/catch.hpp>
#include <limits>

#include "shared/json/parse.h"

namespace depops::agent::kubernetes {
namespace {

json::Value read(const std::string& text) {
  auto value = json::parse(text);
  REQUIRE(value.ok());
  return *value;
}

// Each pod: 250m and 100m of processor asked for, 128Mi of memory at most.
PodNeeds web() {
  return needs_of(read(R"({"containers":[
    {"name":"web","resources":{"requests":{"cpu":"250m"},"limits":{"memory":"128Mi"}}},
    {"name":"proxy","resources":{"requests":{"cpu":0.1}}}],
    "initContainers":[{"name":"setup","resources":{"requests":{"cpu":"200m","memory":"1Gi"}}}]})"));
}

json::Value quota(const std::string& hard, const std::string& used, const std::string& spec = "{}") {
  return read(R"({"metadata":{"name":"team"},"spec":)" + spec + R"(,"status":{"hard":)" + hard + R"(,"used":)" + used +
              "}}");
}

std::string fits(const json::Value& one, std::uint32_t pods) { return does_not_fit({one}, web(), pods); }

}  // namespace

TEST_CASE("a pod takes what its containers take together, or its largest init container") {
  const PodNeeds needs = web();
  CHECK(needs.at("pods") == 1'000);
  CHECK(needs.at("requests.cpu") == 350);
  CHECK(needs.at("limits.memory") == 1'000LL * 128 * 1024 * 1024);
  CHECK(needs.at("requests.memory") == 1'000LL * 1024 * 1024 * 1024);
  CHECK(needs_in(json_of(needs)) == needs);
}

TEST_CASE("room is counted for each thing that a quota counts, and the words say what is free") {
  CHECK(fits(quota(R"({"pods":"10"})", R"({"pods":"7"})"), 3).empty());
  CHECK(fits(quota(R"({"pods":"10"})", R"({"pods":"7"})"), 4) ==
        "ResourceQuota team leaves room for 3 more of these pods and 4 are needed: of pods 3 of 10 is free and each "
        "takes 1; raise the quota, or let fewer pods run at a time (maxSurge, setScale, replicas)");
  CHECK(fits(quota(R"({"requests.cpu":"2"})", R"({"requests.cpu":"1"})"), 2).empty());
  CHECK(fits(quota(R"({"cpu":"2"})", R"({"cpu":"1"})"), 3).find("of cpu 1 of 2 is free and each takes 350m") !=
        std::string::npos);
  CHECK(fits(quota(R"({"limits.memory":"1Gi"})", R"({"limits.memory":"1000Mi"})"), 1).find("24Mi of 1Gi") !=
        std::string::npos);
  CHECK(fits(quota(R"({"count/pods":"3"})", R"({"count/pods":"5"})"), 1).find("room for 0 more") != std::string::npos);
  CHECK(fits(quota(R"({"count/pods":"3"})", R"({"count/pods":"5"})"), 0).empty());
}

TEST_CASE("kubernetes#37955: pods that are ending still take their room") {
  // Five may be; three run, two are ending.
  CHECK_FALSE(fits(quota(R"({"pods":"5"})", R"({"pods":"5"})"), 1).empty());
}

TEST_CASE("a quota that counts other things or other pods says nothing") {
  CHECK(fits(quota(R"({"services":"1","requests.nvidia.com/gpu":"0"})", R"({"services":"1"})"), 9).empty());
  CHECK(fits(quota(R"({"pods":"1"})", "{}", R"({"scopes":["Terminating"]})"), 9).empty());
  CHECK(fits(quota(R"({"pods":"1"})", "{}", R"({"scopes":["BestEffort"]})"), 9).empty());
  CHECK(fits(quota(R"({"pods":"1"})", "{}", R"({"scopeSelector":{}})"), 9).empty());
  CHECK_FALSE(fits(quota(R"({"pods":"1"})", "{}", R"({"scopes":["NotTerminating","NotBestEffort"]})"), 9).empty());
  CHECK(does_not_fit({quota(R"({"pods":"1"})", "{}", R"({"scopes":["BestEffort"]})")}, needs_of(json::Value()), 2) !=
        "");
}

TEST_CASE("a quota that nobody has counted yet, and nonsense in one, refuse nothing") {
  CHECK(fits(read(R"({"metadata":{"name":"team"},"spec":{"hard":{"pods":"1"}}})"), 5).empty());
  CHECK(fits(quota(R"({"pods":"many"})", R"({"pods":{}})"), 5).empty());
  CHECK(fits(json::Value(), 5).empty());
  CHECK(does_not_fit({quota(R"({"requests.cpu":"1"})", "{}")}, needs_of(json::Value()), 5).empty());
}

TEST_CASE("the whole of a rollout is counted together, its companions too, and who can help is said") {
  const auto worker = needs_of(read(R"({"containers":[{"name":"w","resources":{"requests":{"cpu":"500m"}}}]})"));
  const std::vector<PlannedPods> plan{{web(), 4}, {worker, 2}};  // 1400m and 1000m of processor, 6 pods
  const auto refused = [&](const json::Value& one) { return plan_does_not_fit({one}, plan); };
  CHECK(refused(quota(R"({"pods":"10"})", R"({"pods":"4"})")).empty());
  CHECK(refused(quota(R"({"requests.cpu":"4"})", R"({"requests.cpu":"1600m"})")).empty());
  CHECK(refused(quota(R"({"requests.cpu":"4"})", R"({"requests.cpu":"2"})")) ==
        "ResourceQuota team has no room for all that this rollout has at its height: of requests.cpu it needs 2400m "
        "and 2 of 4 is left; whoever owns the namespace raises the quota, or whoever owns the pipeline asks for less "
        "at a time (replicas, batch, dynamicStableScale, maxSurge)");
  CHECK(refused(quota(R"({"pods":"10"})", R"({"pods":"5"})")).find("of pods it needs 6 and 5 of 10 is left") !=
        std::string::npos);
  CHECK(refused(quota(R"({"pods":"3"})", R"({"pods":"5"})")).find("and 0 of 3 is left") != std::string::npos);
}

TEST_CASE("what is gone by then makes room, and only as much as it took") {
  const auto small = needs_of(read(R"({"containers":[{"name":"w","resources":{"requests":{"cpu":"100m"}}}]})"));
  const std::vector<PlannedPods> plan{{web(), 4}};  // 1400m of processor
  const auto refused = [&](const char* hard, std::uint32_t gone) {
    return plan_does_not_fit({quota(hard, R"({"pods":"4","requests.cpu":"400m"})")}, plan, {{small, gone}});
  };
  CHECK(refused(R"({"pods":"6"})", 1).find("of pods it needs 3 and 2 of 6 is left") != std::string::npos);
  CHECK(refused(R"({"pods":"6"})", 2).empty());
  CHECK(refused(R"({"requests.cpu":"1"})", 4).find("needs 1 and 600m") != std::string::npos);
  CHECK(refused(R"({"pods":"0"})", 4).empty());  // nothing more than now
}

TEST_CASE("of a rollout a quota counts only what it is about, and nonsense refuses nothing") {
  const std::vector<PlannedPods> plan{{web(), 4}, {needs_of(json::Value()), 3}};
  const auto refused = [&](const json::Value& one) { return plan_does_not_fit({one}, plan); };
  CHECK(refused(quota(R"({"pods":"3"})", "{}", R"({"scopes":["BestEffort"]})")).empty());
  CHECK_FALSE(refused(quota(R"({"pods":"2"})", "{}", R"({"scopes":["BestEffort"]})")).empty());
  CHECK(refused(quota(R"({"services":"0"})", "{}")).empty());
  CHECK(refused(quota(R"({"pods":"many"})", "{}")).empty());
  CHECK(plan_does_not_fit({quota(R"({"pods":"0"})", "{}")}, {}).empty());
  const std::vector<PlannedPods> vast{{{{"pods", std::numeric_limits<std::int64_t>::max()}}, 9}};
  CHECK_FALSE(plan_does_not_fit({quota(R"({"pods":"1"})", "{}")}, vast).empty());
}

}  // namespace depops::agent::kubernetes
