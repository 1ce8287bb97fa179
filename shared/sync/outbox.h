#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>

#include "shared/base/moment.h"
#include "shared/sync/frame.h"

// Decides at the site what to send next. It holds positions only: the entries stay in the journal and are read when
// they are due. Nothing leaves while the hub did not say that it is online; nothing counts as arrived before the hub's
// Ack.
//
//   while (auto due = outbox.next(now)) {
//     read entries from the journal, at most due->max_bytes but at least one; publish them as a Run;
//     outbox.sent(due->stream, due->first, count, bytes, now);  // also when the transport refused: a loss like any
//     other
//   }
namespace depops::sync {

struct OutboxLimits {
  std::uint32_t window_frames = 32;        // frames without an Ack, per stream
  std::uint64_t window_bytes = 1 << 20;    // bytes without an Ack, per stream; the hub's credit can only lower it
  std::uint64_t frame_bytes = 224 * 1024;  // of entries in one Run; the frame around it stays under 256 KiB
  std::uint64_t ask_first = 256;           // with so many entries to send, the hub is asked before the first
  Millis retry_min{1'000};
  Millis retry_max{30'000};  // whatever was lost, all is told within a minute after the way is free again
};

struct SendOrder {
  Stream stream = Stream::events;
  Sequence first;
  std::uint64_t max_entries = 0;  // at least 1
  std::uint64_t max_bytes = 0;    // one entry is sent even when it alone is longer
  bool operator==(const SendOrder&) const = default;
};

enum class AckResult {
  advanced,  // entries up to `contiguous` are committed at the hub and may be pruned
  repeated,  // nothing new, at most new credit
  ahead,     // the hub holds entries this journal never wrote: it was restored from a copy. Stop and say so
};

class Outbox {
 public:
  // `seed` spreads the retries of many sites; take it from the incarnation. Same seed and inputs: same decisions.
  explicit Outbox(std::uint64_t seed, OutboxLimits limits = {});

  // At start, from the journal: what is retained and how far the hub was known to be.
  void load(const StreamPosition& position, Sequence acked);
  // After the commit that wrote entries up to `last`.
  void appended(Stream stream, Sequence last);
  // Entries before `first_retained` were removed from the journal.
  void pruned(Stream stream, Sequence first_retained);

  // The hub said online (with an epoch the site accepts), or it said offline, or the connection is gone. Coming online
  // starts again right after the last acknowledged entry.
  void set_online(bool online, const Moment& now);
  bool online() const noexcept { return online_; }

  // What to read and send now; nothing: wait until wake_at() or the next input. Audit goes before events.
  std::optional<SendOrder> next(const Moment& now);
  void sent(Stream stream, Sequence first, std::uint64_t entries, std::uint64_t bytes, const Moment& now);

  // Entries up to `last` may have left this process, whatever became of them. What was here at load() may have, too.
  void left(Stream stream, Sequence last);
  // Whether the entry was certainly never sent: only then may another text stand in its place.
  bool never_left(Stream stream, Sequence sequence) const { return sequence > of(stream).left; }
  // A tombstone stands there now.
  void buried(Stream stream, Sequence sequence);

  AckResult on_ack(const Ack& ack, const Moment& now);
  // The answer to send when what is asked for is no longer here.
  std::optional<Gone> on_resend(const Resend& resend, const Moment& now);

  // Boottime at which next() may have something although nothing happened. Absent: nothing is awaited.
  std::optional<Millis> wake_at() const;

  Sequence acked(Stream stream) const { return of(stream).acked; }
  StreamPosition position(Stream stream) const;
  std::uint64_t backlog() const;  // entries the hub has not acknowledged, both streams
  std::uint64_t backlog(Stream stream) const { return of(stream).last.value() - of(stream).acked.value(); }
  // Those of them that say something. Tombstones of before the last load() count like others.
  std::uint64_t telling() const;

 private:
  struct InFlight {
    Sequence last;
    std::uint64_t bytes = 0;
  };
  struct Lane {
    Sequence first_retained{1};
    Sequence last;
    Sequence acked;
    Sequence next{1};
    Sequence left;                                  // newest that may have been sent
    std::map<std::uint64_t, std::uint32_t> buried;  // how many tombstones in each kBuriedBlock entries
    std::deque<InFlight> in_flight;
    std::uint64_t in_flight_bytes = 0;
    std::optional<std::uint64_t> credit;  // as the last Ack said
    std::uint32_t attempt = 0;            // retries since the hub last acknowledged something new
    Millis retry_at{0};                   // while something is in flight, or the credit is 0
    Sequence rewound_to;                  // the last Resend that was followed
    Millis rewound_at{0};
  };

  static constexpr std::uint64_t kBuriedBlock = 1'024;

  Lane& of(Stream stream) { return lanes_[static_cast<std::size_t>(stream) - 1]; }
  const Lane& of(Stream stream) const { return lanes_[static_cast<std::size_t>(stream) - 1]; }
  void rewind(Lane& lane, Sequence to);
  void retry_if_due(Lane& lane, const Moment& now);
  std::optional<SendOrder> due(Stream stream, const Lane& lane) const;
  Millis retry_delay(const Lane& lane) const;
  Millis spread(Millis wait) const;
  bool awaits(const Lane& lane) const;

  std::uint64_t seed_ = 0;
  OutboxLimits limits_;
  bool online_ = false;
  std::array<Lane, 2> lanes_;
};

}  // namespace depops::sync
