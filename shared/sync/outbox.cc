#include "shared/sync/outbox.h"

#include <algorithm>

#include "shared/base/check.h"

namespace depops::sync {
namespace {

constexpr std::uint32_t kAttemptMax = 20;  // 2^20 s is far above any retry_max

// splitmix64: spreads consecutive inputs over all 64 bits.
std::uint64_t mix(std::uint64_t value) noexcept {
  value += 0x9e3779b97f4a7c15ULL;
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9ULL;
  value = (value ^ (value >> 27)) * 0x94d049bb133111ebULL;
  return value ^ (value >> 31);
}

}  // namespace

Outbox::Outbox(std::uint64_t seed, OutboxLimits limits) : seed_(seed), limits_(limits) {
  DEPOPS_CHECK(limits_.window_frames > 0 && limits_.window_bytes > 0 && limits_.frame_bytes > 0);
}

void Outbox::load(const StreamPosition& position, Sequence acked) {
  Lane& lane = of(position.stream);
  lane = Lane{};
  lane.first_retained = std::max(position.first_retained, Sequence(1));
  lane.last = lane.left = position.last;
  lane.acked = std::min(acked, lane.last);
  rewind(lane, lane.acked.next());
}

void Outbox::appended(Stream stream, Sequence last) {
  Lane& lane = of(stream);
  lane.last = std::max(lane.last, last);
}

void Outbox::pruned(Stream stream, Sequence first_retained) {
  Lane& lane = of(stream);
  lane.first_retained = std::max(lane.first_retained, first_retained);
}

void Outbox::set_online(bool online, const Moment& now) {
  if (online == online_) return;
  online_ = online;
  for (Lane& lane : lanes_) {
    rewind(lane, lane.acked.next());
    lane.credit.reset();
    lane.attempt = 0;
    if (!online || lane.last.value() - lane.acked.value() < limits_.ask_first) continue;
    lane.credit = 0;  // until the hub answers the Hello, or silence
    lane.retry_at = now.boottime + retry_delay(lane);
  }
}

// Up to a quarter more than asked for: many were told the same.
Millis Outbox::spread(Millis wait) const {
  const auto quarter = static_cast<std::uint64_t>(std::max<std::int64_t>(wait.count() / 4, 0)) + 1;
  return wait + Millis(static_cast<std::int64_t>(mix(seed_) % quarter));
}

void Outbox::rewind(Lane& lane, Sequence to) {
  lane.next = std::max(to, lane.first_retained);
  lane.in_flight.clear();
  lane.in_flight_bytes = 0;
}

Millis Outbox::retry_delay(const Lane& lane) const {
  const auto shift = std::min(lane.attempt, kAttemptMax);
  const auto top = std::min<std::int64_t>(limits_.retry_max.count(), limits_.retry_min.count() << shift);
  const auto spread = static_cast<std::uint64_t>(std::max<std::int64_t>(top - limits_.retry_min.count(), 0)) + 1;
  const auto jitter = mix(seed_ ^ mix(lane.next.value() * 64 + lane.attempt)) % spread;
  return limits_.retry_min + Millis(static_cast<std::int64_t>(jitter));
}

bool Outbox::awaits(const Lane& lane) const {
  return !lane.in_flight.empty() || (lane.credit == 0U && lane.next <= lane.last);
}

// Silence after something was sent: the run, or its Ack, was lost. With credit 0 the Ack that gives new credit may be
// what was lost, so one entry is sent as a question.
void Outbox::retry_if_due(Lane& lane, const Moment& now) {
  if (!awaits(lane) || now.boottime < lane.retry_at) return;
  rewind(lane, lane.acked.next());
  lane.credit.reset();
  lane.attempt = std::min(lane.attempt + 1, kAttemptMax);
}

std::optional<SendOrder> Outbox::due(Stream stream, const Lane& lane) const {
  if (lane.next > lane.last || lane.in_flight.size() >= limits_.window_frames) return std::nullopt;
  const std::uint64_t window = std::min(limits_.window_bytes, lane.credit.value_or(limits_.window_bytes));
  if (lane.in_flight_bytes >= window) return std::nullopt;
  const std::uint64_t left = lane.last.value() - lane.next.value() + 1;
  const bool probing = lane.attempt > 0;  // the last attempt was not answered: ask with little
  const std::uint64_t bytes = probing ? 1 : std::min(window - lane.in_flight_bytes, limits_.frame_bytes);
  if (probing && !lane.in_flight.empty()) return std::nullopt;
  return SendOrder{stream, lane.next, probing ? 1 : left, bytes};
}

std::optional<SendOrder> Outbox::next(const Moment& now) {
  if (!online_) return std::nullopt;
  for (const Stream stream : {Stream::audit, Stream::events}) {
    retry_if_due(of(stream), now);
    if (auto order = due(stream, of(stream))) return order;
  }
  return std::nullopt;
}

void Outbox::sent(Stream stream, Sequence first, std::uint64_t entries, std::uint64_t bytes, const Moment& now) {
  Lane& lane = of(stream);
  DEPOPS_CHECK(entries > 0 && first == lane.next);
  if (lane.in_flight.empty()) lane.retry_at = now.boottime + retry_delay(lane);
  lane.next = Sequence(first.value() + entries);
  lane.in_flight.push_back({Sequence(first.value() + entries - 1), bytes});
  lane.in_flight_bytes += bytes;
}

void Outbox::left(Stream stream, Sequence last) { of(stream).left = std::max(of(stream).left, last); }

void Outbox::buried(Stream stream, Sequence sequence) { ++of(stream).buried[sequence.value() / kBuriedBlock]; }

AckResult Outbox::on_ack(const Ack& ack, const Moment& now) {
  Lane& lane = of(ack.stream);
  if (ack.contiguous > lane.last) return AckResult::ahead;
  lane.credit = ack.window_bytes;
  const bool advanced = ack.contiguous > lane.acked;
  if (advanced) {
    lane.acked = ack.contiguous;
    lane.attempt = 0;
    lane.next = std::max(lane.next, ack.contiguous.next());
    while (!lane.buried.empty() && lane.buried.begin()->first * kBuriedBlock <= ack.contiguous.value())
      lane.buried.erase(lane.buried.begin());  // those of its block that still wait count as if they said something
    while (!lane.in_flight.empty() && lane.in_flight.front().last <= ack.contiguous) {
      lane.in_flight_bytes -= lane.in_flight.front().bytes;
      lane.in_flight.pop_front();
    }
  }
  if (advanced || ack.window_bytes == 0) lane.retry_at = now.boottime + std::max(retry_delay(lane), spread(ack.wait));
  return advanced ? AckResult::advanced : AckResult::repeated;
}

std::optional<Gone> Outbox::on_resend(const Resend& resend, const Moment& now) {
  Lane& lane = of(resend.stream);
  if (resend.from > lane.last || resend.from.value() == 0) return std::nullopt;
  if (resend.from == lane.rewound_to && now.boottime < lane.rewound_at + limits_.retry_min) return std::nullopt;
  lane.rewound_to = resend.from;
  lane.rewound_at = now.boottime;
  // A hub that asks for what it once acknowledged was restored from a copy: what is retained goes to it again.
  lane.acked = std::min(lane.acked, Sequence(resend.from.value() - 1));
  rewind(lane, resend.from);
  if (resend.from >= lane.first_retained) return std::nullopt;
  return Gone{resend.stream, lane.first_retained};
}

std::optional<Millis> Outbox::wake_at() const {
  std::optional<Millis> earliest;
  if (!online_) return earliest;
  for (const Lane& lane : lanes_) {
    if (awaits(lane) && (!earliest || lane.retry_at < *earliest)) earliest = lane.retry_at;
  }
  return earliest;
}

StreamPosition Outbox::position(Stream stream) const {
  const Lane& lane = of(stream);
  return {stream, lane.first_retained, lane.last, lane.acked};
}

std::uint64_t Outbox::backlog() const {
  std::uint64_t total = 0;
  for (const Lane& lane : lanes_) total += lane.last.value() - lane.acked.value();
  return total;
}

std::uint64_t Outbox::telling() const {
  std::uint64_t total = backlog();
  for (const Lane& lane : lanes_)
    for (const auto& [block, count] : lane.buried) total -= count;
  return total;
}

}  // namespace depops::sync
