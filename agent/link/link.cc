#include "agent/link/link.h"

#include <array>
#include <utility>

#include "shared/evidence/evidence.h"
#include "shared/wire/documents.h"
#include "shared/wire/seal.h"
#include "shared/wire/topics.h"

namespace depops::agent {
namespace {

using wire::Channel;

const char* refusal_code(const Error& error) {
  if (error.code == Errc::refused) return "signature";
  if (error.code == Errc::unsupported) return "unsupported";
  return "malformed";
}

// What a hub says to one site; nothing if it is something else.
std::optional<sync::DownMessage> word_of(wire::Content content) {
  return std::visit(
      [](auto&& one) -> std::optional<sync::DownMessage> {
        using One = std::decay_t<decltype(one)>;
        if constexpr (std::is_constructible_v<sync::DownMessage, One>) return sync::DownMessage(std::move(one));
        return std::nullopt;
      },
      std::move(content));
}

DesiredRead refused(std::string bytes, std::string code, std::string reason) {
  return {std::move(bytes), std::nullopt, std::move(code), std::move(reason)};
}

std::string frame_outside_sessions(const LinkSettings& settings, const signing::SecretKey& key, Instant now,
                                   wire::Content content) {
  wire::Body body;
  body.source = wire::site_address(settings.site);
  body.destination = wire::hub_address(settings.hub);
  body.site_epoch = settings.site_epoch;
  body.at = now;
  body.content = std::move(content);
  return wire::seal(wire::kBodyType, wire::encode_body(body), key);
}

}  // namespace

Link::Link(LinkSettings settings, ports::Transport& transport, const ports::Clock& clock, signing::SecretKey key,
           signing::PublicKey hub_key)
    : settings_(std::move(settings)), transport_(transport), clock_(clock), key_(std::move(key)), hub_key_(hub_key) {}

void Link::start(Downlink downlink) {
  downlink_ = std::move(downlink);
  ports::Transport::Handlers handlers;
  handlers.message = [this](const ports::Message& message) { on_message(message); };
  handlers.link = [this](bool connected, const std::string& why) {
    note_hub(connected, std::nullopt);
    if (why == ports::kTakenOver && downlink_.taken_over) downlink_.taken_over();
    downlink_.link(connected);
  };
  transport_.start({wire::topic_of(Channel::down_desired, settings_.site),
                    wire::topic_of(Channel::down_message, settings_.site), wire::topic_of(Channel::hub_state)},
                   std::move(handlers));
}

// `online`: what the hub said just now. Its word may come before the one that there is a connection.
void Link::note_hub(bool connected, std::optional<bool> online) {
  const std::lock_guard lock(mutex_);
  hub_there_ = connected && online.value_or(hub_there_);
  if (!connected || hub_there_) {
    away_since_.reset();
  } else if (!away_since_) {
    away_since_ = clock_.now().boottime;
  }
}

bool Link::hub_is_there() const {
  const std::lock_guard lock(mutex_);
  return hub_there_;
}

bool Link::hub_is_away(Millis at_least) const {
  const std::lock_guard lock(mutex_);
  return away_since_ && clock_.now().boottime - *away_since_ >= at_least;
}

void Link::on_message(const ports::Message& message) {
  const auto topic = wire::parse_topic(message.topic);
  if (!topic) return downlink_.dropped("topic", "a message on " + message.topic + ", which is no topic of ours");
  if (topic->channel == Channel::down_desired) return downlink_.desired(read_desired(message.payload));
  on_frame(message);
}

void Link::on_frame(const ports::Message& message) {
  auto body = opened(message.payload);
  if (!body.ok()) return downlink_.dropped(refusal_code(body.error()), message.topic + ": " + body.error().what);
  if (const auto* state = std::get_if<sync::HubState>(&body->content)) return tell(*state);
  if (body->destination != wire::site_address(settings_.site)) {
    return downlink_.dropped("destination", message.topic + ": a frame for " + body->destination);
  }
  // Who answers is there, whatever became of its word that it is.
  if (!hub_is_there()) tell({body->hub_epoch, true, body->at});
  const Instant at = body->at;
  auto word = word_of(std::move(body->content));
  if (word) return downlink_.message(std::move(*word), at);
  downlink_.dropped("unsupported", message.topic + ": a frame that a site does not take");
}

void Link::tell(const sync::HubState& state) {
  note_hub(true, state.online);
  downlink_.hub_state(state);
}

Result<wire::Body> Link::opened(const std::string& frame) const {
  const std::array<signing::PublicKey, 1> keys = {hub_key_};
  DEPOPS_TRY(const wire::Opened verified, wire::open(wire::kBodyType, frame, keys));
  DEPOPS_TRY(wire::Body body, wire::decode_body(verified.body));
  if (body.source != wire::hub_address(settings_.hub)) {
    return Error{Errc::refused, "a frame from " + body.source + ", our hub is " + wire::hub_address(settings_.hub)};
  }
  return body;
}

DesiredRead Link::read_desired(const std::string& bytes) const {
  const std::array<signing::PublicKey, 1> keys = {hub_key_};
  const auto verified = wire::open(wire::kDesiredType, bytes, keys);
  if (!verified.ok()) return refused(bytes, refusal_code(verified.error()), verified.error().what);
  auto desired = wire::decode_desired(verified->body);
  if (!desired.ok()) return refused(bytes, refusal_code(desired.error()), desired.error().what);
  auto brought = evidence::read(bytes, *desired);
  if (!brought.ok()) return refused(bytes, refusal_code(brought.error()), brought.error().what);
  return {bytes, std::move(desired).value(), "", "", std::move(brought).value()};
}

void Link::begin(const std::string& incarnation, std::uint64_t session) {
  incarnation_ = incarnation;
  session_ = session;
  const auto frame = presence_frame(settings_, key_, {true}, clock_.now().wall);
  (void)transport_.publish({wire::topic_of(Channel::up_presence, settings_.site), frame, true, 1}).ok();
}

Result<std::uint64_t> Link::send(const sync::Run& run) {
  const Channel channel = run.stream == sync::Stream::events ? Channel::up_events : Channel::up_audit;
  return publish(wire::topic_of(channel, settings_.site), run);
}

void Link::control(wire::Content content) {
  (void)publish(wire::topic_of(Channel::up_control, settings_.site), std::move(content)).ok();
}

void Link::send(const sync::Hello& hello) { control(hello); }
void Link::send(const sync::Gone& gone) { control(gone); }
void Link::send(const sync::Inventory& inventory) { control(inventory); }
void Link::send(const sync::SnapshotPart& part) { control(part); }

void Link::send(const sync::Telemetry& telemetry) {
  (void)publish(wire::topic_of(Channel::up_telemetry, settings_.site), telemetry, 0).ok();
}

wire::Body Link::body_of(wire::Content content) const {
  wire::Body body;
  body.source = wire::site_address(settings_.site);
  body.destination = wire::hub_address(settings_.hub);
  body.site_epoch = settings_.site_epoch;
  body.incarnation = incarnation_;
  body.session = session_;
  body.at = clock_.now().wall;
  body.content = std::move(content);
  return body;
}

Result<std::uint64_t> Link::publish(const std::string& topic, wire::Content content, std::uint8_t qos) {
  std::string frame = wire::seal(wire::kBodyType, wire::encode_body(body_of(std::move(content))), key_);
  const std::uint64_t bytes = frame.size();
  DEPOPS_TRY_VOID(transport_.publish({topic, std::move(frame), false, qos}));
  return bytes;
}

// Belongs to no life and no session: a certificate is for a key, and asked again it is the same.
void Link::ask_certificate(const std::string& request) {
  const std::string frame = frame_outside_sessions(settings_, key_, clock_.now().wall, sync::Renewal{request});
  (void)transport_.publish({wire::topic_of(Channel::up_control, settings_.site), frame, false, 1}).ok();
}

std::string presence_frame(const LinkSettings& settings, const signing::SecretKey& key, const sync::Presence& presence,
                           Instant now) {
  return frame_outside_sessions(settings, key, now, presence);
}

}  // namespace depops::agent
