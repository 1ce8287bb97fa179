#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "shared/base/moment.h"
#include "shared/sync/fingerprint.h"
#include "shared/sync/frame.h"

// Decides at the hub what to do with what one site sends: what is new, what came twice, what is missing. One Inbox per
// site. Rule of the caller: apply `fresh` and store record() in one transaction, and send ack() only after its commit.
namespace depops::sync {

struct InboxLimits {
  std::uint32_t parked_entries = 4'096;  // out of order, per stream
  std::uint64_t parked_bytes = 4 << 20;
  std::uint32_t remembered = 64;  // newest entries whose fingerprints are kept to find another text
  Millis resend_every{1'000};     // the same gap is asked for at most this often
};

struct Entry {
  Stream stream = Stream::events;
  Sequence sequence;
  std::string bytes;
  bool operator==(const Entry&) const = default;
};

// Entries from..to (inclusive) are lost for good: write it into the audit log.
struct Gap {
  Stream stream = Stream::events;
  Sequence from;
  Sequence to;
  bool operator==(const Gap&) const = default;
};

struct Received {
  std::vector<Entry> fresh;  // in order, without holes except `gap`, which lies right before them
  std::optional<Gap> gap;
  std::optional<Resend> resend;  // ask the site for this
  std::uint64_t duplicates = 0;  // entries that were here already: acknowledge again
  std::uint64_t dropped = 0;     // entries beyond the parking limits; they will be asked for
  std::string frozen;            // why the site was frozen by this input; empty if it was not
};

enum class Admission {
  known,     // the life we know
  new_life,  // another incarnation or a higher site epoch: positions start again at 0
  old_life,  // an incarnation or site epoch that was replaced: drop, count, audit
  frozen,    // two voices with one name: nothing is taken until an admin lifts it
};

// What survives a restart of the hub, stored beside what the entries changed.
struct StreamCursor {
  Stream stream = Stream::events;
  Sequence contiguous;
  std::vector<std::uint64_t> fingerprints;  // of the newest entries up to `contiguous`, oldest first
  bool operator==(const StreamCursor&) const = default;
};

struct InboxRecord {
  Sender sender;                               // incarnation empty: nothing was ever received
  std::vector<std::string> past_incarnations;  // at most 16, oldest first
  std::string frozen;
  std::vector<StreamCursor> cursors;
  bool operator==(const InboxRecord&) const = default;
};

class Inbox {
 public:
  explicit Inbox(InboxLimits limits = {}) : limits_(limits) {}

  // At start, from the store.
  void load(InboxRecord record);

  // First for every frame. new_life has already taken effect when it is returned: store the record.
  Admission admit(const Sender& sender);

  // Frames are taken only after admit() said known or new_life.
  Received on_run(Run run, const Moment& now);
  Received on_gone(const Gone& gone);
  // One stream of a Hello, right after its admit(): finds what was lost and a site that went back in time. A Hello that
  // was overtaken by entries of its own or a later connection is old and freezes nothing: a journal that was restored
  // from a copy comes with a new connection.
  Received on_position(const StreamPosition& position, const Moment& now);

  Ack ack(Stream stream, std::uint64_t window_bytes) const { return {stream, of(stream).contiguous, window_bytes}; }
  InboxRecord record() const;
  StreamCursor cursor(Stream stream) const;
  Sequence contiguous(Stream stream) const { return of(stream).contiguous; }
  const Sender& sender() const noexcept { return sender_; }
  const std::string& frozen() const noexcept { return frozen_; }
  // Something beside the streams says that two hosts speak for the site.
  void freeze(const std::string& why) { frozen_ = why; }
  // What is parked may be the other host's and is dropped.
  void lift();

 private:
  struct Parked {
    std::string bytes;
    std::uint64_t previous = 0;  // fingerprint of the entry before it; 0: not known
  };
  struct Lane {
    Sequence contiguous;
    std::vector<std::uint64_t> ring;  // fingerprint of sequence s at s % size; 0 = not known
    std::map<std::uint64_t, Parked> parked;
    std::uint64_t parked_bytes = 0;
    Sequence asked_for;
    Millis asked_at{0};
  };

  Lane& of(Stream stream) { return lanes_[static_cast<std::size_t>(stream) - 1]; }
  const Lane& of(Stream stream) const { return lanes_[static_cast<std::size_t>(stream) - 1]; }
  void take(Stream stream, std::uint64_t sequence, std::string bytes, Received& out);
  void take_parked(Stream stream, Received& out);
  void park(Lane& lane, std::uint64_t sequence, Parked entry, Received& out);
  bool refuse_contradiction(const Run& run, Received& out);
  bool contradicts(const Lane& lane, std::uint64_t sequence, const std::string& bytes) const;
  static std::uint64_t known(const Lane& lane, std::uint64_t sequence);
  static bool follows(const Lane& lane, std::uint64_t sequence, std::uint64_t previous);
  void contradict(const std::string& why, Received& out);
  void ask(Stream stream, const Moment& now, Received& out);
  void remember(Lane& lane, std::uint64_t sequence, std::uint64_t fingerprint) const;

  InboxLimits limits_;
  Sender sender_;
  std::uint64_t speaking_ = 0;     // connection of the frame that was admitted last
  std::uint64_t run_session_ = 0;  // newest connection that brought entries
  std::vector<std::string> past_incarnations_;
  std::string frozen_;
  std::array<Lane, 2> lanes_;
};

}  // namespace depops::sync
