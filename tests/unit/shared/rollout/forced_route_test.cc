#include "shared/rollout/forced_route.h"

#include <catch2/catch.hpp>

namespace depops::rollout {
namespace {

const SetId kNewRouted("checkout-new");

ForcedRoute route(RouteKey key, const std::string& name, std::vector<std::string> values) {
  return {"preview", {key, name, std::move(values)}, kNewRouted};
}

std::string refusal(const std::vector<ForcedRoute>& routes) {
  const Result<void> checked = check_forced(routes);
  return checked.ok() ? "" : checked.error().what;
}

TEST_CASE("a forced route that requests can match is taken") {
  CHECK(refusal({}).empty());
  CHECK(refusal({route(RouteKey::header, "X-Preview", {"on", "a b\"'\\;#"})}).empty());
  CHECK(refusal({route(RouteKey::cookie, "__Host-v", {"1=2"})}).empty());
}

TEST_CASE("a forced route that no request can match, or that would break out of a line, is refused") {
  for (const char* value : {"", " a", "a ", "a\nb", "a\r\nb", "a\tb", "\x7f", "\xc3\xa4"}) {
    CAPTURE(value);
    CHECK(!refusal({route(RouteKey::header, "x", {value})}).empty());
  }
  CHECK(!refusal({route(RouteKey::cookie, "x", {"a;b"})}).empty());
  for (const char* name : {"", "a b", "a:b", "a\nb", "a(b)", "Cookie"}) {
    CAPTURE(name);
    CHECK(!refusal({route(RouteKey::header, name, {"1"})}).empty());
  }
  ForcedRoute named = route(RouteKey::header, "x", {"1"});
  named.name = "a\nb";
  CHECK(!refusal({named}).empty());
  named = route(RouteKey::header, "x", {"1"});
  named.set = SetId();
  CHECK(!refusal({named}).empty());
}

TEST_CASE("what is too long or too many is refused") {
  CHECK(refusal({route(RouteKey::header, std::string(64, 'x'), {std::string(1024, 'v')})}).empty());
  CHECK(!refusal({route(RouteKey::header, std::string(65, 'x'), {"v"})}).empty());
  CHECK(!refusal({route(RouteKey::header, "x", {std::string(1024, 'v'), "w"})}).empty());
  CHECK(!refusal({route(RouteKey::header, "x", {})}).empty());
  CHECK(!refusal({route(RouteKey::header, "x", std::vector<std::string>(17, "v"))}).empty());
  std::vector<ForcedRoute> many;
  for (std::size_t i = 0; i <= kMaxForcedRoutes; ++i) {
    const std::string number = std::to_string(i);
    many.push_back({"r" + number, {RouteKey::header, "x", {number}}, kNewRouted});
  }
  CHECK(refusal(many) == "65 forced routes of one service; at most 64 can be");
  many.pop_back();
  CHECK(refusal(many).empty());
  many[1].set = SetId("b");
  CHECK(refusal(many).empty());
  many[2].set = SetId("c");
  CHECK(refusal(many) == "forced routes to 3 sets of one service; at most 2 can be");
}

TEST_CASE("what could not be obeyed twice is refused") {
  const ForcedRoute first = route(RouteKey::header, "X-A", {"1"});
  ForcedRoute second = route(RouteKey::header, "x-a", {"2"});
  CHECK(refusal({first, second}) == "forced route \"preview\": there are two of this name");
  second.name = "second";
  CHECK(refusal({first, second}).empty());
  second.match.values = {"2", "1"};
  CHECK(refusal({first, second}) ==
        "forced route \"second\": value \"1\" of x-a stands twice; only one of them could be obeyed");
  second.match.key = RouteKey::cookie;
  CHECK(refusal({first, second}).empty());
}

TEST_CASE("a request goes by the first route it matches, whole and byte for byte") {
  const std::vector<ForcedRoute> routes{{"h", {RouteKey::header, "X-A", {"1", "a b"}}, kNewRouted},
                                        {"c", {RouteKey::cookie, "v", {"x=y"}}, SetId("other")}};
  const auto found = [&](const RequestHeaders& headers) {
    const ForcedRoute* one = forced_by(routes, headers);
    return one == nullptr ? std::string("-") : one->name;
  };
  CHECK(found({}) == "-");
  CHECK(found({{"x-a", " 1 "}}) == "h");
  CHECK(found({{"x-a", "2"}, {"X-A", "a b"}}) == "h");
  CHECK(found({{"x-a", "11"}}) == "-");
  CHECK(found({{"Cookie", "a=b; v=x=y ;c=d"}}) == "c");
  CHECK(found({{"Cookie", "V=x=y"}}) == "-");
  CHECK(found({{"Cookie", "v=x=y"}, {"x-a", "1"}}) == "h");
}

}  // namespace
}  // namespace depops::rollout
