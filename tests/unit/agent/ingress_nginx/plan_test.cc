#include "agent/ingress_nginx/plan.h"

#include <catch2/catch.hpp>

#include "shared/json/parse.h"
#include "shared/json/write.h"

namespace depops::agent::ingress_nginx {
namespace {

const SetId kOld("checkout-aaaaaaaaaaaa"), kNew("checkout-bbbbbbbbbbbb"), kThird("checkout-cccccccccccc");
const kubernetes::Binding kBinding{
    kubernetes::ObjectName("checkout"), "", kubernetes::ObjectName("checkout"), 81, "8080",
    kubernetes::ObjectName("shop")};

json::Value read(const std::string& text) {
  auto value = json::parse(text);
  REQUIRE(value.ok());
  return std::move(*value);
}

ServiceRoute route(std::vector<SetShare> shares, std::vector<ForcedRoute> forced = {}) {
  return {ServiceName("checkout"), "/ready", std::move(shares), {}, std::move(forced)};
}

ForcedRoute by(RouteKey key, const std::string& name, std::vector<std::string> values, const SetId& set) {
  return {name, {key, name, std::move(values)}, set};
}

ForcedRoute by_header(const std::string& name, const SetId& set) { return by(RouteKey::header, name, {"1"}, set); }

Plan plan(const ServiceRoute& orders, const SetId& selected = kOld, const SetId& recorded = {}) {
  auto made = plan_of(orders, selected, recorded);
  REQUIRE(made.ok());
  return std::move(*made);
}

json::Value old_words(const std::string& annotations = "{}") {
  return read(R"({"metadata":{"name":"shop","namespace":"n","annotations":)" + annotations +
              R"(},"spec":{"rules":[{"http":{"paths":[{"path":"/p","pathType":"Prefix","backend":)"
              R"({"serviceName":"pictures","servicePort":80}}]}},{"host":"a.example","http":{"paths":[{"path":"/",)"
              R"("pathType":"ImplementationSpecific","backend":)"
              R"({"serviceName":"checkout","servicePort":"http"}}]}}]}})");
}

}  // namespace

TEST_CASE("the base stays while it has a share, and the other set is the canary") {
  const Plan some = plan(route({{kOld, 90}, {kNew, 10}}));
  CHECK(some.base == kOld);
  CHECK(some.canary == Canary{kNew, 10, kOld});
  const Plan nearly = plan(route({{kOld, 1}, {kNew, 99}}));
  CHECK(nearly.base == kOld);
  CHECK(nearly.canary == Canary{kNew, 99, kOld});
  const Plan turned = plan(route({{kOld, 40}, {kNew, 60}}), kNew);
  CHECK(turned.base == kNew);
  CHECK(turned.canary == Canary{kOld, 40, kNew});
}

TEST_CASE("a set with all requests is the base, without a canary") {
  for (const SetId& selected : {kOld, kNew, SetId()}) {
    const Plan all = plan(route({{kOld, 0}, {kNew, 100}}), selected, kOld);
    CHECK(all.base == kNew);
    CHECK_FALSE(all.canary);
  }
}

TEST_CASE("the base that a canary names goes before the one in the selector, which somebody else may have moved") {
  const Plan moved = plan(route({{kOld, 90}, {kNew, 10}}), kNew, kOld);
  CHECK(moved.base == kOld);
  CHECK(moved.canary == Canary{kNew, 10, kOld});
}

TEST_CASE("where neither is ordered the set with the greater share is the base") {
  CHECK(plan(route({{kOld, 30}, {kNew, 70}}), SetId()).base == kNew);
  CHECK(plan(route({{kOld, 70}, {kNew, 30}}), kThird, kThird).base == kOld);
}

TEST_CASE("nobody with requests: nothing is planned; three: refused") {
  CHECK(plan(route({{kOld, 0}, {kNew, 0}})).base.empty());
  const auto three = plan_of(route({{kOld, 50}, {kNew, 30}, {kThird, 20}}), kOld, {});
  REQUIRE_FALSE(three.ok());
  CHECK(three.error().code == Errc::unsupported);
}

TEST_CASE("one header is forced to the canary, which is there for that at weight 0 too") {
  const Plan forced = plan(route({{kOld, 100}, {kNew, 0}}, {by_header("x-beta", kNew), by_header("x-old", kOld)}));
  CHECK(forced.canary == Canary{kNew, 0, kOld, "x-beta", "1"});
  CHECK(forced.forced == std::vector<std::string>{"x-beta", "x-old"});
  CHECK(forced.trouble.empty());
}

TEST_CASE("what one canary can not force is said, and then nothing is forced") {
  const auto told = [](std::vector<ForcedRoute> forced, std::uint32_t share, const char* words) {
    const Plan made = plan(route({{kOld, 100 - share}, {kNew, share}}, std::move(forced)));
    INFO(made.trouble);
    CHECK(made.trouble.find(words) != std::string::npos);
    CHECK(made.forced.empty());
    CHECK(made.canary == (share == 0 ? std::nullopt : std::optional(Canary{kNew, share, kOld})));
  };
  told({by_header("a", kNew), by_header("b", kNew)}, 10, "one can be forced to the canary, and there is one already");
  told({by_header("a", kNew), by_header("b", kThird)}, 0, "there can be one canary, and that is ");
  told({by_header("a", kThird)}, 10, "there can be one canary");
  told({by_header("a", kOld)}, 10, "only to the canary");
  told({by_header("a", kOld), by_header("b", kNew)}, 0, "would lose requests to it");
  told({by(RouteKey::header, "a", {"1", "2"}, kNew)}, 0, "2 values are asked for");
  told({by(RouteKey::cookie, "a", {"1"}, kNew)}, 0, "only a header");
}

TEST_CASE("a canary has the paths that lead to the Service, in the words of networking.k8s.io/v1beta1 too") {
  const auto spec = canary_spec(old_words(), kBinding, kNew);
  REQUIRE(spec.ok());
  CHECK(json::write(*spec) ==
        R"({"rules":[{"host":"a.example","http":{"paths":[{"path":"/","pathType":"ImplementationSpecific",)"
        R"("backend":{"serviceName":"checkout-bbbbbbbbbbbb","servicePort":81}}]}}]})");
}

TEST_CASE("an Ingress that is a canary itself, or leads elsewhere, has none") {
  const auto itself = canary_spec(old_words(R"({"nginx.ingress.kubernetes.io/canary":"true"})"), kBinding, kNew);
  REQUIRE_FALSE(itself.ok());
  CHECK(itself.error().what.find("is a canary itself") != std::string::npos);
  kubernetes::Binding other = kBinding;
  other.service = kubernetes::ObjectName("billing");
  const auto elsewhere = canary_spec(old_words(), other, kNew);
  REQUIRE_FALSE(elsewhere.ok());
  CHECK(elsewhere.error().what.find("no path that leads to Service billing") != std::string::npos);
}

TEST_CASE("the class of an Ingress that has it as an annotation is the canary's, too") {
  const json::Value front = old_words(R"({"kubernetes.io/ingress.class":"nginx","note":"x"})");
  const auto spec = canary_spec(front, kBinding, kNew);
  REQUIRE(spec.ok());
  const auto fields = fields_of({kNew, 5, kOld}, *spec, front, ServiceName("checkout"));
  const std::string place = " in Ingress checkout-depops-canary";
  CHECK(fields.at("annotation kubernetes.io/ingress.class" + place) == "nginx");
  CHECK(fields.at("weight of " + kNew.str() + place) == "5");
  CHECK_FALSE(fields.contains("annotation note" + place));
}

TEST_CASE("a canary is changed only where it differs, and only as it was read") {
  const json::Value front = old_words();
  const auto spec = canary_spec(front, kBinding, kNew);
  REQUIRE(spec.ok());
  json::Value own = read(R"({"metadata":{"resourceVersion":"9","annotations":{"depops.io/base":")" + kOld.str() +
                         R"(","nginx.ingress.kubernetes.io/canary":"true",)"
                         R"("nginx.ingress.kubernetes.io/canary-by-header":"x","note":"of others",)"
                         R"("nginx.ingress.kubernetes.io/canary-weight":"5",)"
                         R"("nginx.ingress.kubernetes.io/canary-weight-total":"100"}}})");
  own.add("spec", *spec);
  CHECK(json::write(canary_patch({kNew, 7, kOld}, *spec, front, own).value()) ==
        R"([{"op":"test","path":"/metadata/resourceVersion","value":"9"},)"
        R"({"op":"remove","path":"/metadata/annotations/nginx.ingress.kubernetes.io~1canary-by-header"},)"
        R"({"op":"add","path":"/metadata/annotations/nginx.ingress.kubernetes.io~1canary-weight","value":"7"}])");
}

TEST_CASE("what somebody wrote into a canary is read for what it does, whatever it is") {
  const auto seen = [](const std::string& annotations) {
    return read_canary(read(R"({"metadata":{"annotations":)" + annotations + "}}"));
  };
  const std::string takes =
      R"({"nginx.ingress.kubernetes.io/canary":"true","nginx.ingress.kubernetes.io/canary-weight")";
  CHECK(seen(takes + R"(:"20","nginx.ingress.kubernetes.io/canary-weight-total":"1000"})").total == 1000);
  CHECK(seen(takes + R"(:"200"})").weight == 100);
  CHECK(seen(takes + R"(:"-1"})").weight == 0);
  CHECK(seen(takes + R"(:"99999999999999999999"})").weight == 0);
  CHECK(seen(takes + R"(:"5","nginx.ingress.kubernetes.io/canary-weight-total":"0"})").total == 100);
  CHECK(seen(R"({"nginx.ingress.kubernetes.io/canary-weight":"20"})").weight == 0);
  CHECK(read_canary(json::Value()).backend.empty());
}

}  // namespace depops::agent::ingress_nginx
