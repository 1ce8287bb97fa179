#include "tests/e2e/crash/old_hub.h"

#include <chrono>

#include "shared/mqtt/mqtt_transport.h"
#include "shared/signing/signing.h"
#include "shared/wire/body.h"
#include "shared/wire/seal.h"
#include "shared/wire/topics.h"
#include "tests/e2e/stage/hub_client.h"

namespace depops::crash {
namespace {

constexpr stage::Seconds kConnect{20};

std::string frame_for(const SiteName& site, const signing::SecretKey& key) {
  wire::Body body;
  body.source = wire::hub_address(key.public_key().id().str());
  body.destination = wire::site_address(site);
  body.hub_epoch = HubEpoch(1);
  body.at = std::chrono::time_point_cast<Millis>(std::chrono::system_clock::now());
  body.content = sync::Resend{sync::Stream::events, Sequence(1)};
  return wire::seal(wire::kBodyType, wire::encode_body(body), key);
}

}  // namespace

void ask_for_everything(stage::Stage& stage, const SiteName& site) {
  const auto key = signing::load_secret_key(stage.folder("keys/hub.key"));
  if (!key.ok()) throw stage::Trouble(key.error().what);
  mqtt::MqttTransport transport(stage::hub_client(stage, "hub"));
  transport.start({}, {[](const ports::Message&) {}, [](bool, const std::string&) {}});
  stage::wait_until("the broker takes another hub", kConnect, [&] { return transport.connected(); });
  const auto sent =
      transport.publish({wire::topic_of(wire::Channel::down_message, site), frame_for(site, *key), false, 1});
  transport.stop();
  if (!sent.ok()) throw stage::Trouble(sent.error().what);
}

}  // namespace depops::crash
