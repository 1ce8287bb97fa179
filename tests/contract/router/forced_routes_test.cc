#include <catch2/catch.hpp>

#include "tests/contract/router/fake_site.h"
#include "tests/contract/router/haproxy_site.h"

// What a forced route is, on every router: the same cases for the fake and for HAProxy.
namespace depops::test {
namespace {

using agent::ForcedRoute;
using agent::RouterFacts;

std::vector<agent::SetShare> all_to_old() { return {{kCanarySet, 0}, {kStableSet, 100}}; }

template <typename Site>
struct OneOfEach {
  OneOfEach() {
    site.add(kStableSet);
    site.add(kCanarySet);
  }
  void force(const std::vector<ForcedRoute>& forced, std::uint32_t live = 1) {
    site.order(all_to_old(), forced);
    std::vector<std::string> names;
    for (const ForcedRoute& route : forced) names.push_back(route.name);
    site.wait_forced(names, live);
  }
  Site site;
};

TEMPLATE_TEST_CASE("a router says what it can do", "", FakeSite, HaproxySite) {
  TestType site;
  CHECK(site.capabilities() == agent::RouterCapabilities{.weights = true, .headers = true, .cookies = true});
}

TEMPLATE_TEST_CASE("a request with the header goes to its set at weight 0, all others by the weights", "", FakeSite,
                   HaproxySite) {
  OneOfEach<TestType> one;
  one.force({by_header("preview", "X-Preview", {"on", "yes"})});
  CHECK(one.site.get({{"X-Preview", "on"}}) == "checkout-new");
  CHECK(one.site.get({{"x-preview", "yes"}}) == "checkout-new");
  CHECK(one.site.get({{"Accept", "*/*"}, {"X-PREVIEW", "on"}, {"X-Other", "1"}}) == "checkout-new");
  CHECK(one.site.get({{"X-Preview", "ON"}}) == "checkout-old");
  CHECK(one.site.get({{"X-Preview", "on, yes"}}) == "checkout-old");
  CHECK(one.site.get({{"X-Preview", "one"}}) == "checkout-old");
  CHECK(one.site.get({{"A-X-Preview", "on"}}) == "checkout-old");
  CHECK(one.site.get({{"Cookie", "X-Preview=on"}}) == "checkout-old");
  CHECK(one.site.get({}) == "checkout-old");
}

TEMPLATE_TEST_CASE("a request with the cookie goes to its set at weight 0, all others by the weights", "", FakeSite,
                   HaproxySite) {
  OneOfEach<TestType> one;
  one.force({by_cookie("preview", "version", {"next", "2"})});
  CHECK(one.site.get({{"Cookie", "version=next"}}) == "checkout-new");
  CHECK(one.site.get({{"Cookie", "a=b; version=2"}}) == "checkout-new");
  CHECK(one.site.get({{"cookie", "a=b;version=next;c=d"}}) == "checkout-new");
  CHECK(one.site.get({{"Cookie", "Version=next"}}) == "checkout-old");
  CHECK(one.site.get({{"Cookie", "version=nextone"}}) == "checkout-old");
  CHECK(one.site.get({{"Cookie", "aversion=next; version=3"}}) == "checkout-old");
  CHECK(one.site.get({{"version", "next"}}) == "checkout-old");
}

TEMPLATE_TEST_CASE("a forced route whose set has no live endpoint is divided by the weights, until it has one", "",
                   FakeSite, HaproxySite) {
  OneOfEach<TestType> one;
  one.force({by_header("preview", "x-preview", {"on"})});
  one.site.lose(kCanarySet);
  CHECK(one.site.get({{"x-preview", "on"}}) == "checkout-old");
  one.site.wait_forced({"preview"}, 0);
  CHECK(one.site.get({{"x-preview", "on"}}) == "checkout-old");
  one.site.add(kCanarySet);
  one.force({by_header("preview", "x-preview", {"on"})});
  CHECK(one.site.get({{"x-preview", "on"}}) == "checkout-new");
}

TEMPLATE_TEST_CASE("a forced route that is ordered no more is gone, and the others stay", "", FakeSite, HaproxySite) {
  OneOfEach<TestType> one;
  one.force({by_header("first", "x-first", {"on"}), by_cookie("second", "second", {"on"})});
  one.force({by_cookie("second", "second", {"on"})});
  CHECK(one.site.get({{"x-first", "on"}}) == "checkout-old");
  CHECK(one.site.get({{"cookie", "second=on"}}) == "checkout-new");
  one.force({});
  CHECK(one.site.get({{"cookie", "second=on"}}) == "checkout-old");
}

TEMPLATE_TEST_CASE("a forced route is led to another set", "", FakeSite, HaproxySite) {
  OneOfEach<TestType> one;
  one.force({by_header("a", "x-set", {"a"}), by_header("b", "x-set", {"b"}, kStableSet)});
  CHECK(one.site.get({{"x-set", "a"}}) == "checkout-new");
  CHECK(one.site.get({{"x-set", "b"}}) == "checkout-old");
  one.force({by_header("a", "x-set", {"a"}, kStableSet), by_header("b", "x-set", {"b"})});
  CHECK(one.site.get({{"x-set", "a"}}) == "checkout-old");
  CHECK(one.site.get({{"x-set", "b"}}) == "checkout-new");
}

TEMPLATE_TEST_CASE("of two routes that a request matches the first decides, whatever order they had before", "",
                   FakeSite, HaproxySite) {
  OneOfEach<TestType> one;
  const ForcedRoute canary = by_header("canary", "x-a", {"1"});
  const ForcedRoute stable = by_cookie("stable", "b", {"1"}, kStableSet);
  one.force({stable, canary});
  CHECK(one.site.get({{"x-a", "1"}, {"cookie", "b=1"}}) == "checkout-old");
  one.force({canary, stable});
  CHECK(one.site.get({{"x-a", "1"}, {"cookie", "b=1"}}) == "checkout-new");
}

TEMPLATE_TEST_CASE("a router that is started again has its forced routes at once", "", FakeSite, HaproxySite) {
  OneOfEach<TestType> one;
  one.force({by_header("preview", "x-preview", {"a b"}), by_cookie("second", "second", {"o.n"})});
  one.site.restart_router();
  CHECK(one.site.get({{"x-preview", "a b"}}) == "checkout-new");
  CHECK(one.site.get({{"cookie", "second=o.n"}}) == "checkout-new");
  CHECK(one.site.get({{"cookie", "second=oon"}}) == "checkout-old");
  CHECK(one.site.get({}) == "checkout-old");
}

TEMPLATE_TEST_CASE("a forced route that somebody else removed is told, left so, and put back by new orders", "",
                   FakeSite, HaproxySite) {
  OneOfEach<TestType> one;
  const std::vector<ForcedRoute> both{by_header("first", "x-first", {"on"}), by_header("second", "x-second", {"on"})};
  one.force(both);
  one.site.remove_first_route();
  const auto drifted = [](const RouterFacts& now) { return !now.foreign.empty(); };
  const std::vector<std::string> said{"forced route first was removed by somebody else"};
  CHECK(one.site.wait(drifted).foreign == said);
  const RouterFacts later = one.site.wait(drifted);
  CHECK(later.foreign == said);
  CHECK(later.services.at(0).forced == std::vector<agent::ForcedFacts>{{"second", kCanarySet, 1}});
  CHECK(one.site.get({{"x-first", "on"}}) == "checkout-old");
  one.force(both);
  CHECK(one.site.wait([](const RouterFacts&) { return true; }).foreign.empty());
  CHECK(one.site.get({{"x-first", "on"}}) == "checkout-new");
}

TEMPLATE_TEST_CASE("what a value holds is taken literally", "", FakeSite, HaproxySite) {
  OneOfEach<TestType> one;
  const std::vector<std::string> values{"a b", "\"q\"",  "it's",  "a.*z",      "(x|y)", "[a-z]+", "\\d\\",
                                        "^$",  "; # <<", "$(id)", "%[var(a)]", "{1,2}", "@1",     "a,b"};
  one.force({by_header("odd", "x-odd", values)});
  for (const std::string& value : values) {
    CAPTURE(value);
    CHECK(one.site.get({{"X-Odd", value}}) == "checkout-new");
  }
  for (const char* other : {"a", "b", "abcz", "x", "m", "7", "aa", "a.*z\\x0d"}) {
    CAPTURE(other);
    CHECK(one.site.get({{"X-Odd", other}}) == "checkout-old");
  }
}

TEMPLATE_TEST_CASE("what no request can carry is refused with its reason, and the shares are kept", "", FakeSite,
                   HaproxySite) {
  OneOfEach<TestType> one;
  one.force({by_header("preview", "x-preview", {"on"})});
  const std::string value = GENERATE(as<std::string>{}, "a\nb", "a\r\nx-b: c", std::string("a\0b", 3), " a", "");
  one.site.order(all_to_old(), {by_header("bad", "x-bad", {value})});
  const RouterFacts facts = one.site.wait([](const RouterFacts& now) {
    return !now.trouble.empty() && !now.services.empty() && now.services[0].forced.empty();
  });
  CHECK(facts.trouble.find("forced route \"bad\": ") != std::string::npos);
  CHECK(facts.services[0].shares == all_to_old());
  CHECK(one.site.get({{"x-preview", "on"}}) == "checkout-old");
}

TEMPLATE_TEST_CASE("fifty forced routes are all in force, to two sets", "", FakeSite, HaproxySite) {
  OneOfEach<TestType> one;
  std::vector<ForcedRoute> routes;
  for (int i = 1; i <= 50; ++i) {
    const std::string number = std::to_string(i);
    const SetId set = i % 5 == 0 ? kStableSet : kCanarySet;
    routes.push_back(i % 2 == 0 ? by_header("r-" + number, "x-r-" + number, {"v " + number}, set)
                                : by_cookie("r-" + number, "r" + number, {"v" + number}, set));
  }
  one.force(routes);
  for (int i = 1; i <= 50; ++i) {
    CAPTURE(i);
    const std::string number = std::to_string(i);
    const agent::RequestHeaders headers = i % 2 == 0
                                              ? agent::RequestHeaders{{"X-R-" + number, "v " + number}}
                                              : agent::RequestHeaders{{"Cookie", "z=1; r" + number + "=v" + number}};
    CHECK(one.site.get(headers) == (i % 5 == 0 ? "checkout-old" : "checkout-new"));
  }
  CHECK(one.site.get({{"x-r-2", "v 4"}}) == "checkout-old");
}

TEST_CASE("a router that can not force by cookie says so") {
  OneOfEach<FakeSite> one;
  one.site.router.set_capabilities({.weights = true, .headers = true});
  one.force({by_header("preview", "x-preview", {"on"})});
  one.site.order(all_to_old(), {by_cookie("preview", "preview", {"on"})});
  const RouterFacts facts = one.site.wait([](const RouterFacts& now) { return !now.trouble.empty(); });
  CHECK(facts.services.at(0).forced.empty());
}

}  // namespace
}  // namespace depops::test
