#include "agent/kubernetes/routing/decide.h"

#include <catch2/catch.hpp>

#include "agent/gateway/route_dialect.h"
#include "agent/kubernetes/api/writer.h"
#include "agent/kubernetes/routing/percent.h"
#include "agent/kubernetes/routing/version_service.h"
#include "shared/json/parse.h"
#include "shared/json/write.h"

// Decisions of a router by HTTPRoutes, without a server.
namespace depops::agent::kubernetes {
namespace {

const SetId kStable("checkout-aaaaaaaaaaaa"), kCanary("checkout-bbbbbbbbbbbb");
const ServiceName kCheckout("checkout");
const Subject kSubject{"HTTPRoute", Namespace("shop"), FieldManager("depops-agent")};
const Binding kBinding{ObjectName("public"), "main", ObjectName("checkout"), 80, "8080"};

json::Value read(const std::string& text) {
  auto value = json::parse(text);
  REQUIRE(value.ok());
  return std::move(*value);
}

json::Value route(const std::string& refs, const std::string& status, std::int64_t generation = 3) {
  return read(R"({"metadata":{"name":"public","namespace":"shop","uid":"u","resourceVersion":"7","generation":)" +
              std::to_string(generation) + R"(,"annotations":{"depops.io/before-checkout":"{}"},"managedFields":[)" +
              R"({"manager":"flux","time":"2026-01-01T00:00:02Z","fieldsV1":{"f:spec":{"f:rules":{}}}}]},)" +
              R"("spec":{"parentRefs":[{"name":"edge"}],"rules":[{"name":"main","backendRefs":[)" + refs + "]}]}," +
              R"("status":{"parents":[)" + status + "]}}");
}

std::string ref(const SetId& set, int weight) {
  return R"({"name":")" + set.str() + R"(","port":80,"weight":)" + std::to_string(weight) + "}";
}

std::string condition(const std::string& type, const std::string& status, int observed) {
  return R"({"type":")" + type + R"(","status":")" + status + R"(","reason":"R","message":"m","observedGeneration":)" +
         std::to_string(observed) + "}";
}

std::string told(const std::string& conditions, const std::string& gateway = "edge") {
  return R"({"parentRef":{"name":")" + gateway + R"("},"conditions":[)" + conditions + "]}";
}

const std::string kWell = told(condition("Accepted", "True", 3) + "," + condition("ResolvedRefs", "True", 3));

// A site with one pod of each version.
struct Site {
  gateway::RouteDialect dialect{gateway::RouteKind::http};
  ServiceRoute route{kCheckout, "/ready", {{kStable, 90}, {kCanary, 10}}, {}, {}};
  Situation situation;
  Memory memory;
  Moment now{Instant(Millis(1'000'000)), Millis(5'000), BootId("b")};

  Site() {
    for (const SetId& set : {kStable, kCanary}) {
      const json::Value service = version_service(kBinding, Namespace("shop"), kCheckout, set);
      situation.services[set] =
          std::make_shared<const Seen>(Seen{meta_of(service), kept_of_service(service, kSubject.ours)});
      situation.endpoints[ObjectName(set.str())] = {{EndpointId(set.str() + "-x-1"), true, false}};
    }
  }
  void has(const json::Value& object) {
    situation.known = Known::here;
    situation.object = std::make_shared<const Seen>(Seen{meta_of(object), object});
  }
  Decision decide() { return kubernetes::decide(dialect, kSubject, kBinding, route, situation, memory, now); }
};

}  // namespace

TEST_CASE("a write tests what was read before it changes a weight") {
  Site site;
  site.has(kubernetes::route(ref(kStable, 100) + "," + ref(kCanary, 0), kWell));
  const Decision decision = site.decide();
  REQUIRE(decision.change);
  CHECK(json::write(decision.change->patch.value()) ==
        R"([{"op":"test","path":"/metadata/resourceVersion","value":"7"},)"
        R"({"op":"test","path":"/spec/rules/0/name","value":"main"},)"
        R"({"op":"test","path":"/spec/rules/0/backendRefs/0/name","value":"checkout-aaaaaaaaaaaa"},)"
        R"({"op":"test","path":"/spec/rules/0/backendRefs/1/name","value":"checkout-bbbbbbbbbbbb"},)"
        R"({"op":"add","path":"/spec/rules/0/backendRefs/0/weight","value":90},)"
        R"({"op":"add","path":"/spec/rules/0/backendRefs/1/weight","value":10}])");
  CHECK_FALSE(decision.traffic.settled);
}

TEST_CASE("what a gateway has not taken up is not settled, and is told with what is missing after a minute") {
  const std::string right = ref(kStable, 90) + "," + ref(kCanary, 10);
  const auto after_a_minute = [&](const std::string& status) {
    Site site;
    site.has(kubernetes::route(right, status));
    const Decision first = site.decide();
    CHECK_FALSE(first.change);
    CHECK_FALSE(first.traffic.settled);
    CHECK(first.traffic.trouble.empty());
    site.now.boottime += kObserveBudget;
    return site.decide().traffic.trouble;
  };
  CHECK(after_a_minute("").find("HTTPRoute shop/public: Gateway edge has not said that it carries this route out") ==
        0);
  CHECK(after_a_minute(told(condition("Accepted", "True", 2))).find("generation 2, written was 3") !=
        std::string::npos);
  CHECK(after_a_minute(told(condition("Accepted", "False", 3))).find("Accepted is False (R: m)") != std::string::npos);
  CHECK(after_a_minute(told(condition("Accepted", "True", 3))).find("no word about ResolvedRefs") != std::string::npos);
  const std::string other = told(condition("Accepted", "True", 3) + "," + condition("ResolvedRefs", "True", 3), "x");
  CHECK(after_a_minute(other).find("only goes back") != std::string::npos);
}

TEST_CASE("a weight that all gateways have taken up is settled") {
  Site site;
  site.has(kubernetes::route(ref(kStable, 90) + "," + ref(kCanary, 10), kWell));
  const Decision decision = site.decide();
  CHECK_FALSE(decision.change);
  CHECK(decision.traffic.settled);
  CHECK(decision.traffic.shares == site.route.shares);
  CHECK(decision.traffic.endpoints.size() == 2);
}

TEST_CASE("a foreign weight is told once the orders were written, and only new orders write over it") {
  Site site;
  site.has(kubernetes::route(ref(kStable, 90) + "," + ref(kCanary, 10), kWell));
  (void)site.decide();
  site.has(kubernetes::route(ref(kStable, 20) + "," + ref(kCanary, 80), kWell));
  Decision decision = site.decide();
  CHECK_FALSE(decision.change);
  REQUIRE(decision.traffic.foreign.size() == 2);
  CHECK(decision.traffic.foreign[1] ==
        "HTTPRoute shop/public: weight of checkout-bbbbbbbbbbbb is 80, written was 10 by flux");
  site.memory.force = true;
  CHECK(site.decide().change);
}

TEST_CASE("versions get their Services before the object leads to them") {
  Site site;
  site.situation.services.erase(kCanary);
  site.has(kubernetes::route(ref(kStable, 100), kWell));
  const Decision decision = site.decide();
  CHECK(decision.make == std::vector<SetId>{kCanary});
  CHECK_FALSE(decision.change);
}

TEST_CASE("races are told only when they do not end") {
  Memory memory;
  Failure lost;
  lost.kind = FailureKind::conflict;
  lost.what = "lost";
  for (int i = 0; i < 10; ++i) CHECK(not_written(memory, lost).empty());
  CHECK(not_written(memory, lost) == "lost");
  written(memory, {});
  CHECK(not_written(memory, lost).empty());
  lost.kind = FailureKind::forbidden;
  CHECK(not_written(memory, lost) == "lost");
}

TEST_CASE("the newest writer of a field is named, and another agent of our name as that") {
  const auto object = [](const std::string& entries) {
    return read(R"({"metadata":{"managedFields":[)" + entries + "]}}");
  };
  const std::string ours =
      R"({"manager":"depops-agent","time":"2026-01-01T00:00:09Z","fieldsV1":{"f:spec":{"f:rules":{}}}})";
  const std::string helm = R"({"manager":"helm","time":"2026-01-01T00:00:01Z","fieldsV1":{"f:spec":{"f:rules":{}}}})";
  const std::string argo = R"({"manager":"argocd","time":"2026-01-01T00:00:05Z","fieldsV1":{"f:spec":{"f:rules":{}}}})";
  const std::string other = R"({"manager":"x","time":"2026-01-01T00:00:08Z","fieldsV1":{"f:spec":{"f:hostnames":{}}}})";
  const FieldManager us("depops-agent");
  CHECK(writer_of(object(helm + "," + argo + "," + other), {"spec", "rules"}, us) == "argocd");
  CHECK(writer_of(object(ours), {"spec", "rules"}, us) == "another depops-agent");
  CHECK(writer_of(object(other), {"spec", "rules"}, us) == "somebody");
  CHECK(writer_of(read("{}"), {"spec", "rules"}, us) == "somebody");
}

TEST_CASE("weights as percents sum to 100 by the largest remainder, and whatever is no version of ours counts") {
  const std::vector<SetShare> thirds{{kStable, 67}, {kCanary, 33}};
  CHECK(percents_of({{kStable, 2}, {kCanary, 1}}, 0) == thirds);
  const std::vector<SetShare> half{{kStable, 25}, {kCanary, 25}};
  CHECK(percents_of({{kStable, 1}, {kCanary, 1}}, 2) == half);
  const std::vector<SetShare> nothing{{kStable, 0}, {kCanary, 0}};
  CHECK(percents_of({{kStable, 0}, {kCanary, 0}}, 0) == nothing);
  CHECK(percents_of({{kStable, ~0ULL}, {kCanary, ~0ULL}}, ~0ULL).front().percent == 33);
}

}  // namespace depops::agent::kubernetes
