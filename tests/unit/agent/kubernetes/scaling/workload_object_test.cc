#include "agent/kubernetes/scaling/workload_object.h"

#include <catch2/catch.hpp>

#include "shared/json/parse.h"
#include "shared/json/write.h"

using namespace depops;
using namespace depops::agent::kubernetes;

namespace {

const Resource kKind{ApiGroup("depops.io"), ApiVersion("v1"), Plural("workloads"), "Workload", true};

WorkloadShown shop() {
  WorkloadShown shown{{Namespace("shop"), ObjectName("checkout")}, ServiceName("checkout"), 4};
  shown.replicas = 5, shown.ready = 4;
  shown.version = "1.4.2", shown.next_version = "1.5.0", shown.weight = 25, shown.state = "progressing";
  return shown;
}

std::optional<std::uint32_t> number(const std::string& spec) {
  return number_of(*json::parse(R"({"spec":)" + spec + "}"));
}

}  // namespace

TEST_CASE("the number of a Workload is cut to what a service can have") {
  CHECK(number(R"({"replicas":3})") == 3u);
  CHECK(number(R"({"replicas":-3})") == 0u);
  CHECK(number(R"({"replicas":99999999999})") == 1'000u);
  CHECK(number("{}") == std::nullopt);
}

TEST_CASE("a status says version, the next one with its weight, state, and the selector of all pods") {
  CHECK(json::write(status_body(kKind, shop(), "")) ==
        R"({"apiVersion":"depops.io/v1","kind":"Workload","metadata":{"name":"checkout","namespace":"shop"},)"
        R"("status":{"replicas":5,"readyReplicas":4,)"
        R"("selector":"depops.io/service=checkout,!depops.io/companion","version":"1.4.2",)"
        R"("nextVersion":"1.5.0","weight":"25%","state":"progressing"}})");
  WorkloadShown still = shop();
  still.next_version.clear();
  CHECK(status_body(kKind, still, "")["status"]["weight"].as_string().empty());
}

TEST_CASE("a refused number is the reason, and a reason ends between two characters") {
  CHECK(status_body(kKind, shop(), "frozen")["status"]["reason"].as_string() == "spec.replicas does not count: frozen");
  WorkloadShown long_winded = shop();
  long_winded.reason = "x";
  for (int i = 0; i < 600; ++i) long_winded.reason += "\u00e4";
  const std::string cut = status_body(kKind, long_winded, "")["status"]["reason"].as_string();
  CHECK(cut.size() == 999);
  CHECK(cut.substr(cut.size() - 2) == "\u00e4");
}
