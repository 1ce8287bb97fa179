#include "agent/kubernetes/workloads/disruption.h"

#include <catch2/catch.hpp>

#include "shared/json/parse.h"

using namespace depops;
using namespace depops::agent::kubernetes;

namespace {

json::Value read_json(const std::string& text) {
  auto read = json::parse(text);
  REQUIRE(read.ok());
  return *read;
}

// Why a rollout that leaves 2 of 3 pods of the shop's web does not keep a budget with this spec.
std::string broken(const std::string& spec, rollout::Dip dip = {3, 2}, Selects none = Selects::all) {
  const json::Value labels = read_json(R"({"app":"web","tier":"front","depops.io/set":"shop-1"})");
  return breaks_budget(read_json(R"({"metadata":{"name":"web"},"spec":)" + spec + "}"), none, labels, dip);
}

std::string about_web(const std::string& amount) {
  return R"({"selector":{"matchLabels":{"app":"web"}},)" + amount + "}";
}

}  // namespace

TEST_CASE("a budget that wants more than a rollout leaves is told with its name, numbers and who can help") {
  CHECK(broken(about_web(R"("minAvailable":3)")) ==
        "PodDisruptionBudget web (minAvailable 3) wants 3 of 3 pods to be available and this rollout leaves 2 at its "
        "lowest; whoever owns the pipeline lowers maxUnavailable (0 with a maxSurge above 0), or whoever owns the "
        "budget asks for less");
  CHECK(broken(about_web(R"("minAvailable":2)")).empty());
}

TEST_CASE("shares are rounded up as the server does, and what may be missing counts like what must be there") {
  CHECK_FALSE(broken(about_web(R"("minAvailable":"67%")")).empty());
  CHECK(broken(about_web(R"("minAvailable":"66%")")).empty());
  CHECK(broken(about_web(R"("maxUnavailable":1)")).empty());
  CHECK_FALSE(broken(about_web(R"("maxUnavailable":0)")).empty());
  CHECK(broken(about_web(R"("maxUnavailable":"1%")")).empty());
  CHECK_FALSE(broken(about_web(R"("maxUnavailable":"10%")"), {10, 8}).empty());
}

TEST_CASE("a budget for more pods than there are asks for all that there are") {
  CHECK(broken(about_web(R"("minAvailable":9)"), {3, 3}).empty());
  CHECK(broken(about_web(R"("minAvailable":9)")).find("wants 3 of 3") != std::string::npos);
}

TEST_CASE("a budget about other pods says nothing about these") {
  CHECK(broken(R"({"selector":{"matchLabels":{"app":"mail"}},"minAvailable":3})").empty());
  CHECK(broken(R"({"selector":{"matchLabels":{"app":"web","zone":"a"}},"minAvailable":3})").empty());
  CHECK(broken(R"({"minAvailable":3})").empty());
  const auto by = [](const std::string& how) {
    return broken(R"({"selector":{"matchExpressions":[{"key":"tier",)" + how + R"(}]},"minAvailable":3})");
  };
  CHECK_FALSE(by(R"("operator":"In","values":["front","back"])").empty());
  CHECK(by(R"("operator":"In","values":["back"])").empty());
  CHECK_FALSE(by(R"("operator":"NotIn","values":["back"])").empty());
  CHECK_FALSE(by(R"("operator":"Exists")").empty());
  CHECK(by(R"("operator":"DoesNotExist")").empty());
}

TEST_CASE("an empty selector is about all pods in policy/v1 and about none in v1beta1") {
  CHECK_FALSE(broken(R"({"selector":{},"minAvailable":3})").empty());
  CHECK(broken(R"({"selector":{},"minAvailable":3})", {3, 2}, Selects::nothing).empty());
}

TEST_CASE("amounts that can not be read refuse nothing") {
  for (const char* amount : {R"("")", R"("some")", R"("3 %")", R"("99999999999999999999%")", "true", "[]", R"("-3")"}) {
    INFO(amount);
    CHECK(broken(about_web(R"("minAvailable":)" + std::string(amount))).empty());
  }
}
