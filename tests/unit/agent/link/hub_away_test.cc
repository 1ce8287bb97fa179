#include <catch2/catch.hpp>

#include "agent/link/link.h"
#include "shared/wire/seal.h"
#include "shared/wire/topics.h"

namespace depops::agent {
namespace {

class OneDoor final : public ports::Transport {
 public:
  void start(std::vector<std::string>, Handlers given) override { handlers = std::move(given); }
  Result<void> publish(ports::Message) override { return {}; }
  bool connected() const override { return true; }
  void stop() override {}
  Handlers handlers;
};

class SetClock final : public ports::Clock {
 public:
  Moment now() const override { return {Instant(Millis(1'790'000'000'000)), at, BootId("boot")}; }
  Millis at{1'000};
};

struct Rig {
  signing::SecretKey hub = signing::SecretKey::generate();
  OneDoor door;
  SetClock clock;
  Link link{
      {SiteName("fra-1"), SiteEpoch(1), hub.id().str()}, door, clock, signing::SecretKey::generate(), hub.public_key()};

  Rig() {
    Downlink down;
    down.hub_state = [](const sync::HubState&) {};
    down.link = [](bool) {};
    down.dropped = [](const std::string&, const std::string&) {};
    link.start(std::move(down));
  }
  void hear(bool online, const signing::SecretKey& by) {
    wire::Body body;
    body.source = wire::hub_address(hub.id().str());
    body.content = sync::HubState{HubEpoch(1), online, Instant()};
    door.handlers.message(
        {wire::topic_of(wire::Channel::hub_state), wire::seal(wire::kBodyType, wire::encode_body(body), by)});
  }
};

constexpr Millis kPatience{60'000};

}  // namespace

TEST_CASE("a hub that is not there by this broker is missed after a while, and only while connected") {
  Rig rig;
  rig.clock.at += Millis(100'000);
  CHECK_FALSE(rig.link.hub_is_away(kPatience));
  rig.door.handlers.link(true, "");
  rig.clock.at += Millis(59'999);
  CHECK_FALSE(rig.link.hub_is_away(kPatience));
  rig.clock.at += Millis(1);
  CHECK(rig.link.hub_is_away(kPatience));
  rig.hear(true, rig.hub);
  CHECK_FALSE(rig.link.hub_is_away(kPatience));
  rig.hear(false, rig.hub);
  rig.clock.at += kPatience;
  CHECK(rig.link.hub_is_away(kPatience));
  rig.door.handlers.link(false, "");
  CHECK_FALSE(rig.link.hub_is_away(kPatience));
}

TEST_CASE("the hub's word that it is there may come before the one that there is a connection") {
  Rig rig;
  rig.hear(true, rig.hub);
  rig.door.handlers.link(true, "");
  rig.clock.at += kPatience;
  CHECK_FALSE(rig.link.hub_is_away(kPatience));
}

TEST_CASE("who is not the hub can not say that it is there") {
  Rig rig;
  rig.door.handlers.link(true, "");
  rig.clock.at += kPatience;
  rig.hear(true, signing::SecretKey::generate());
  CHECK(rig.link.hub_is_away(kPatience));
}

}  // namespace depops::agent
