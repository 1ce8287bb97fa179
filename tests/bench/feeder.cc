#include "tests/bench/feeder.h"

#include <algorithm>
#include <array>
#include <utility>

#include "shared/rollout/report.h"
#include "shared/wire/documents.h"
#include "shared/wire/seal.h"
#include "shared/wire/topics.h"

namespace depops::bench {
namespace {

using sync::Stream;
using wire::Channel;

sync::OutboxLimits limits_of(const Feeder::Load& load) {
  sync::OutboxLimits limits;
  if (load.alone) limits.frame_bytes = 1;  // an entry is sent even when it is longer
  return limits;
}

std::string entry(std::size_t bytes, std::uint64_t number, Instant at) {
  rollout::Notice notice{at, ServiceName("checkout"), "bench", "entry " + std::to_string(number) + " "};
  const std::size_t rest = wire::encode_report(notice).size() + 1;
  notice.text.append(bytes > rest ? bytes - rest : 0, '.');
  return wire::encode_report(notice);
}

}  // namespace

Backlog make_backlog(std::uint64_t entries, std::size_t entry_bytes, Instant now, Millis over) {
  auto out = std::make_shared<std::vector<std::string>>();
  for (std::uint64_t i = 1; i <= entries; ++i) {
    const Millis ago(over.count() * static_cast<std::int64_t>(entries - i) / static_cast<std::int64_t>(entries));
    out->push_back(entry(entry_bytes, i, now - ago));
  }
  return out;
}

Feeder::Feeder(const std::string& site, const Load& load, mqtt::MqttSettings transport, signing::SecretKey key,
               const signing::PublicKey& hub_key)
    : site_(site),
      load_(load),
      key_(std::move(key)),
      hub_key_(hub_key),
      incarnation_(signing::to_hex(signing::random_bytes(16))),
      outbox_(1, limits_of(load)),
      transport_(std::move(transport)) {
  for (std::uint64_t i = 1; load.alone && i <= load.backlog->size(); ++i) frames_made_.push_back(frame(Sequence(i), 1));
}

void Feeder::start() {
  ports::Transport::Handlers handlers;
  handlers.message = [this](const ports::Message& message) { on_message(message); };
  handlers.link = [this](bool connected, const std::string&) { on_link(connected); };
  transport_.start({wire::topic_of(Channel::down_message, site_), wire::topic_of(Channel::hub_state)}, handlers);
}

std::string Feeder::sealed(wire::Content content) const {
  wire::Body body;
  body.source = wire::site_address(site_);
  body.destination = wire::hub_address(hub_key_.id().str());
  body.site_epoch = SiteEpoch(1);
  body.incarnation = incarnation_;
  body.session = session_;
  body.at = clock_.now().wall;
  body.content = std::move(content);
  return wire::seal(wire::kBodyType, wire::encode_body(body), key_);
}

std::string Feeder::frame(Sequence first, std::uint64_t count) const {
  const auto begin = load_.backlog->begin() + static_cast<std::ptrdiff_t>(first.value() - 1);
  return sealed(sync::Run{Stream::events, first, {begin, begin + static_cast<std::ptrdiff_t>(count)}});
}

void Feeder::on_message(const ports::Message& message) {
  const std::array keys{hub_key_};
  const auto opened = wire::open(wire::kBodyType, message.payload, keys);
  if (!opened) return;
  const auto body = wire::decode_body(opened->body);
  if (!body) return;
  const std::lock_guard lock(mutex_);
  const Moment now = clock_.now();
  if (const auto* state = std::get_if<sync::HubState>(&body->content)) {
    if (state->online && !ready_.exchange(true)) greet(state->hub_epoch);
    outbox_.set_online(state->online, now);
  }
  if (const auto* ack = std::get_if<sync::Ack>(&body->content)) {
    answered_ = true;
    (void)outbox_.on_ack(*ack, now);
  }
  if (const auto* resend = std::get_if<sync::Resend>(&body->content)) (void)outbox_.on_resend(*resend, now);
  pump();
}

// Every connection is a session of its own, with its own Hello.
void Feeder::on_link(bool connected) {
  const std::lock_guard lock(mutex_);
  if (connected && std::exchange(was_connected_, true)) ++session_;
  ready_ = false;
  answered_ = false;
  outbox_.set_online(false, clock_.now());
}

void Feeder::greet(HubEpoch epoch) {
  const std::string hello = sealed(sync::Hello{{}, epoch, {outbox_.position(Stream::events)}, "bench"});
  (void)transport_.publish({wire::topic_of(Channel::up_control, site_), hello, false, 1}).ok();
}

void Feeder::beat() {
  const std::lock_guard lock(mutex_);
  if (!ready_) return;
  const std::string telemetry = sealed(sync::Telemetry{clock_.now().wall, true, "", {}});
  (void)transport_.publish({wire::topic_of(Channel::up_telemetry, site_), telemetry, false, 0}).ok();
}

void Feeder::begin() {
  const std::lock_guard lock(mutex_);
  outbox_.appended(Stream::events, Sequence(load_.backlog->size()));
  pump();
}

void Feeder::tick() {
  const std::lock_guard lock(mutex_);
  pump();
}

// Caller holds the lock.
void Feeder::pump() {
  acknowledged_ = outbox_.acked(Stream::events).value();
  const Moment now = clock_.now();
  while (const auto due = outbox_.next(now)) {
    std::uint64_t count = 0;
    std::uint64_t bytes = 0;
    const std::uint64_t left = load_.backlog->size() - due->first.value() + 1;
    while (count < std::min(left, due->max_entries)) {
      bytes += (*load_.backlog)[due->first.value() - 1 + count].size();
      if (count > 0 && bytes > due->max_bytes) break;
      ++count;
    }
    std::string out = load_.alone ? frames_made_[due->first.value() - 1] : frame(due->first, count);
    outbox_.sent(Stream::events, due->first, count, out.size(), now);
    ++frames_;
    frame_bytes_ += out.size();
    (void)transport_.publish({wire::topic_of(Channel::up_events, site_), std::move(out), false, 1}).ok();
  }
}

}  // namespace depops::bench
