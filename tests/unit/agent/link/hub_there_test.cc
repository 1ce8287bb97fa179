#include <catch2/catch.hpp>
#include <vector>

#include "agent/link/link.h"
#include "shared/wire/body.h"
#include "shared/wire/seal.h"
#include "shared/wire/topics.h"
#include "tests/support/fake_broker.h"

// Whether the hub is there, as a site's link tells it.
namespace depops::agent {
namespace {

struct Standing final : ports::Clock {
  Moment now() const override { return {Instant(Millis(1'790'000'000'000)), Millis(1), BootId("b")}; }
};

struct Ends {
  signing::SecretKey hub_key = signing::SecretKey::generate();
  test::FakeBroker broker;
  std::unique_ptr<test::FakeTransport> hub = broker.client();
  std::unique_ptr<test::FakeTransport> site = broker.client();
  Standing clock;
  LinkSettings settings{SiteName("fra-1"), SiteEpoch(1), hub_key.public_key().id().str()};
  Link link{settings, *site, clock, signing::SecretKey::generate(), hub_key.public_key()};
  std::vector<std::string> told;

  Ends() {
    hub->start({}, {[](const ports::Message&) {}, [](bool, const std::string&) {}});
    Downlink downlink;
    downlink.desired = [](const DesiredRead&) {};
    downlink.hub_state = [this](const sync::HubState& state) {
      told.push_back((state.online ? "online " : "offline ") + std::to_string(state.hub_epoch.value()));
    };
    downlink.message = [this](const sync::DownMessage&, Instant) { told.emplace_back("message"); };
    downlink.link = [](bool) {};
    downlink.dropped = [](const std::string&, const std::string&) {};
    link.start(std::move(downlink));
    broker.deliver();
  }

  void say(wire::Content content, wire::Channel channel, const std::string& destination) {
    wire::Body body;
    body.source = wire::hub_address(hub_key.public_key().id().str());
    body.destination = destination;
    body.hub_epoch = HubEpoch(3);
    body.at = clock.now().wall;
    body.content = std::move(content);
    const std::string topic =
        channel == wire::Channel::hub_state ? wire::topic_of(channel) : wire::topic_of(channel, settings.site);
    REQUIRE(hub->publish({topic, wire::seal(wire::kBodyType, wire::encode_body(body), hub_key), false, 1}).ok());
    broker.deliver();
  }
  void acknowledge() {
    say(sync::Ack{sync::Stream::events, Sequence(0), 1 << 20}, wire::Channel::down_message,
        wire::site_address(settings.site));
  }
};

}  // namespace

TEST_CASE("F25 a hub that answers is there although its word that it is was lost on the way") {
  Ends ends;
  ends.acknowledge();
  ends.acknowledge();
  CHECK(ends.told == std::vector<std::string>{"online 3", "message", "message"});
  ends.say(sync::HubState{HubEpoch(3), false, ends.clock.now().wall}, wire::Channel::hub_state, "");
  ends.acknowledge();
  CHECK(ends.told.size() == 6);
  CHECK(ends.told[3] == "offline 3");
  CHECK(ends.told[4] == "online 3");
}

}  // namespace depops::agent
