#include <algorithm>
#include <catch2/catch.hpp>

#include "shared/wire/body.h"
#include "shared/wire/documents.h"
#include "shared/wire/topics.h"
#include "tests/contract/api/running_hub.h"

// Frames as somebody would send them who has a site's key, on a broker that lets everything through. Numbers as in the
// design.
using namespace depops;
using namespace depops::tests;

namespace {

const SiteName kFra("fra-1"), kSin("sin-1");

struct Attacked {
  Attacked() { hub.set_up(); }

  wire::Body hello_of(const SiteName& site) const {
    wire::Body body;
    body.source = wire::site_address(site);
    body.destination = hub.address();
    body.site_epoch = SiteEpoch(1);
    body.incarnation = std::string(32, 'a');
    body.session = 1;
    body.hub_epoch = HubEpoch(1);
    body.content = sync::Hello{};
    return body;
  }
  void send(const SiteName& topic, const wire::Body& body, const SiteName& signer) {
    REQUIRE(hub.take(
        {wire::topic_of(wire::Channel::up_control, topic), hub.sealed(signer, wire::encode_body(body)), false, 1}));
  }
  std::size_t leaves(const SiteName& site, const std::string& action) {
    return hub.read("/api/v1/audit?object=site/" + site.str() + "&action=" + action)["items"].items().size();
  }
  bool was_heard(const SiteName& site) {
    return hub.read("/api/v1/sites/" + site.str())["connectivity"].as_string() != "never";
  }
  // Dropped, with a leaf about the site whose topic it was, and nothing believed.
  void check_dropped(const SiteName& topic, const wire::Body& body, const SiteName& signer) {
    send(topic, body, signer);
    CHECK(wait_for([&] { return leaves(topic, "site.bad_frame") == 1; }));
    CHECK_FALSE(was_heard(topic));
  }

  RunningHub hub;
};

}  // namespace

TEST_CASE("A1 the hub drops what one site says on the topic of another, under either name") {
  Attacked own_name;
  own_name.check_dropped(kSin, own_name.hello_of(kFra), kFra);
  Attacked other_name;
  other_name.check_dropped(kSin, other_name.hello_of(kSin), kFra);
  Attacked swapped;
  swapped.check_dropped(kFra, swapped.hello_of(kSin), kFra);
}

TEST_CASE("A25 a frame for another hub, and one that pretends to come from the hub, are dropped") {
  Attacked elsewhere;
  wire::Body body = elsewhere.hello_of(kFra);
  body.destination = wire::hub_address("another-hub");
  elsewhere.check_dropped(kFra, body, kFra);
  Attacked reflected;
  body = reflected.hello_of(kFra);
  body.source = reflected.hub.address();
  body.destination = wire::site_address(kFra);
  reflected.check_dropped(kFra, body, kFra);
}

TEST_CASE("A23 the same number with another content freezes the site: nothing more is taken from it") {
  Attacked attacked;
  const auto notice = [](const std::string& text) { return rollout::Notice{Instant(), {}, "note", text}; };
  attacked.hub.report(kFra, notice("the true first"));
  CHECK(wait_for([&] { return attacked.was_heard(kFra); }));
  attacked.hub.say(kFra, sync::Run{sync::Stream::events, Sequence(1), {wire::encode_report(notice("a false first"))}});
  CHECK(wait_for([&] { return attacked.leaves(kFra, "site.frozen") == 1; }));
  attacked.hub.report(kFra, notice("the second"));
  attacked.hub.report(kSin, notice("of another site"));
  const auto knows = [&](const std::string& text) {
    const auto all = attacked.hub.backend().history.events({}, 0, 1'000).value();
    return std::any_of(all.begin(), all.end(),
                       [&](const auto& event) { return event.text.find(text) != std::string::npos; });
  };
  CHECK(wait_for([&] { return knows("of another site"); }));
  CHECK(knows("the true first"));
  CHECK_FALSE(knows("a false first"));
  CHECK_FALSE(knows("the second"));
}
