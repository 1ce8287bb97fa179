#include <algorithm>

#include "shared/wire/body.h"
#include "shared/wire/seal.h"
#include "shared/wire/topics.h"
#include "shared/wire/trust.h"
#include "tests/fuzz/target.h"

// Frames from a broker that anybody may own: envelope, signature, body; and the topic they come on.
namespace depops::fuzz {
namespace {

constexpr wire::Channel kChannels[] = {
    wire::Channel::down_desired, wire::Channel::down_message, wire::Channel::up_control,  wire::Channel::up_events,
    wire::Channel::up_audit,     wire::Channel::up_telemetry, wire::Channel::up_presence, wire::Channel::hub_state};

const signing::SecretKey& sender() { return key(1); }

const std::vector<Seed>& bodies() {
  static const std::vector<Seed> all = files("tests/contract/wire_v1", "body_", ".bin");
  return all;
}

bool judge_body(std::string_view bytes) {
  const auto body = wire::decode_body(bytes);
  if (!body.ok()) return false;
  comes_back(body.value(), wire::encode_body, wire::decode_body);
  if (const auto site = wire::site_of(body.value().source)) {
    DEPOPS_CHECK(wire::site_address(*site) == body.value().source);
  }
  return true;
}

// Only what the sender signed is opened, whatever else the frame holds.
void judge_signature(std::string_view frame, const trust::Signed& read) {
  const signing::PublicKey keys[] = {sender().public_key()};
  const auto opened = wire::open(wire::kBodyType, frame, keys);
  if (!opened.ok()) return;
  DEPOPS_CHECK(opened.value().body == read.body);
  DEPOPS_CHECK(opened.value().signers == std::vector{sender().id()});
  DEPOPS_CHECK(std::ranges::find(bodies(), read.body, &Seed::bytes) != bodies().end());
  DEPOPS_CHECK(!wire::open(wire::kDesiredType, frame, keys).ok());
}

bool judge_frame(std::string_view bytes) {
  const auto read = wire::unsealed(wire::kBodyType, bytes);
  const auto body = wire::unverified_body(bytes);
  DEPOPS_CHECK(read.ok() == body.ok());
  if (!read.ok()) {
    DEPOPS_CHECK(!wire::open(wire::kBodyType, bytes, {}).ok());
    return false;
  }
  DEPOPS_CHECK(read.value().body == body.value());
  const auto decode = [](const std::string& frame) { return wire::unsealed(wire::kBodyType, frame); };
  comes_back(read.value(), wire::sealed, decode);
  judge_signature(bytes, read.value());
  return judge_body(body.value());
}

bool judge_topic(std::string_view bytes) {
  const auto topic = wire::parse_topic(bytes);
  if (topic) DEPOPS_CHECK(wire::topic_of(topic->channel, topic->site) == bytes);
  return topic.has_value();
}

}  // namespace

bool judge(std::string_view bytes) {
  const bool frame = judge_frame(bytes);
  const bool body = judge_body(bytes);
  return judge_topic(bytes) || frame || body;
}

std::vector<Seed> seeds() {
  std::vector<Seed> all = bodies();
  for (const Seed& body : bodies()) {
    all.push_back({"sealed_" + body.name, wire::seal(wire::kBodyType, body.bytes, sender())});
  }
  for (const wire::Channel channel : kChannels) {
    const SiteName site(channel == wire::Channel::hub_state ? "" : "fra-1");
    all.push_back({"topic_" + std::to_string(static_cast<int>(channel)), wire::topic_of(channel, site)});
  }
  return all;
}

}  // namespace depops::fuzz
