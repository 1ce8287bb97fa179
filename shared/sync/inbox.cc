#include "shared/sync/inbox.h"

#include <algorithm>
#include <utility>

#include "shared/base/check.h"

namespace depops::sync {
namespace {

constexpr std::size_t kPastIncarnationsMax = 16;

std::string other_history(Stream stream, std::uint64_t sequence) {
  return "entry " + std::to_string(sequence) + " of stream " + name_of(stream) +
         " was written behind another entry than the one that is here: the site was cloned or restored from a copy";
}

}  // namespace

// FNV-1a over 64 bits.
std::uint64_t fingerprint(const std::string& bytes) noexcept {
  std::uint64_t hash = 0xcbf29ce484222325ULL;
  for (const char c : bytes) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  return hash == 0 ? 1 : hash;
}

void Inbox::load(InboxRecord record) {
  sender_ = std::move(record.sender);
  frozen_ = std::move(record.frozen);
  past_incarnations_ = std::move(record.past_incarnations);
  lanes_ = {};
  speaking_ = run_session_ = sender_.session;
  for (const StreamCursor& cursor : record.cursors) {
    Lane& lane = of(cursor.stream);
    lane.contiguous = cursor.contiguous;
    std::uint64_t sequence = cursor.contiguous.value();
    for (auto it = cursor.fingerprints.rbegin(); it != cursor.fingerprints.rend() && sequence > 0; ++it, --sequence) {
      if (cursor.contiguous.value() - sequence < limits_.remembered) remember(lane, sequence, *it);
    }
  }
}

Admission Inbox::admit(const Sender& sender) {
  if (sender.site_epoch == sender_.site_epoch && sender.incarnation == sender_.incarnation) {
    sender_.session = std::max(sender_.session, sender.session);
    speaking_ = sender.session;
    return frozen_.empty() ? Admission::known : Admission::frozen;
  }
  const auto& past = past_incarnations_;
  if (sender.site_epoch < sender_.site_epoch || std::find(past.begin(), past.end(), sender.incarnation) != past.end()) {
    return Admission::old_life;
  }
  if (!frozen_.empty() && sender.site_epoch == sender_.site_epoch) return Admission::frozen;
  if (!sender_.incarnation.empty()) past_incarnations_.push_back(sender_.incarnation);
  if (past_incarnations_.size() > kPastIncarnationsMax) past_incarnations_.erase(past_incarnations_.begin());
  sender_ = sender;
  speaking_ = sender.session;
  run_session_ = 0;
  frozen_.clear();
  lanes_ = {};
  return Admission::new_life;
}

void Inbox::remember(Lane& lane, std::uint64_t sequence, std::uint64_t fingerprint) const {
  if (lane.ring.empty()) lane.ring.resize(limits_.remembered);
  lane.ring[sequence % lane.ring.size()] = fingerprint;
}

// Fingerprint of an entry that was taken; 0: too old, or it never came.
std::uint64_t Inbox::known(const Lane& lane, std::uint64_t sequence) {
  const std::uint64_t newest = lane.contiguous.value();
  if (sequence > newest || newest - sequence >= lane.ring.size()) return 0;
  return lane.ring[sequence % lane.ring.size()];
}

// Whether the entry before `sequence` is the one that its writer had there. So by induction all of them are.
bool Inbox::follows(const Lane& lane, std::uint64_t sequence, std::uint64_t previous) {
  const std::uint64_t kept = known(lane, sequence - 1);
  return kept == 0 || previous == 0 || kept == previous;
}

bool Inbox::contradicts(const Lane& lane, std::uint64_t sequence, const std::string& bytes) const {
  if (sequence > lane.contiguous.value()) {
    const auto parked = lane.parked.find(sequence);
    return parked != lane.parked.end() && parked->second.bytes != bytes;
  }
  const std::uint64_t kept = known(lane, sequence);
  return kept != 0 && kept != fingerprint(bytes);
}

void Inbox::contradict(const std::string& why, Received& out) {
  frozen_ = why;
  out.frozen = why;
  out.fresh.clear();
  out.resend.reset();
}

void Inbox::take(Stream stream, std::uint64_t sequence, std::string bytes, Received& out) {
  Lane& lane = of(stream);
  remember(lane, sequence, fingerprint(bytes));
  lane.contiguous = Sequence(sequence);
  out.fresh.push_back({stream, Sequence(sequence), std::move(bytes)});
}

void Inbox::take_parked(Stream stream, Received& out) {
  Lane& lane = of(stream);
  while (!lane.parked.empty() && lane.parked.begin()->first <= lane.contiguous.value() + 1) {
    auto node = lane.parked.extract(lane.parked.begin());
    lane.parked_bytes -= node.mapped().bytes.size();
    if (node.key() != lane.contiguous.value() + 1) continue;
    if (!follows(lane, node.key(), node.mapped().previous)) {
      frozen_ = out.frozen = other_history(stream, node.key());  // what is before it was taken
      return;
    }
    take(stream, node.key(), std::move(node.mapped().bytes), out);
  }
}

void Inbox::park(Lane& lane, std::uint64_t sequence, Parked entry, Received& out) {
  if (lane.parked.contains(sequence)) {
    ++out.duplicates;
    return;
  }
  if (lane.parked.size() >= limits_.parked_entries || lane.parked_bytes + entry.bytes.size() > limits_.parked_bytes) {
    ++out.dropped;
    return;
  }
  lane.parked_bytes += entry.bytes.size();
  lane.parked.emplace(sequence, std::move(entry));
}

void Inbox::ask(Stream stream, const Moment& now, Received& out) {
  Lane& lane = of(stream);
  const Sequence from = lane.contiguous.next();
  if (lane.asked_for == from && now.boottime < lane.asked_at + limits_.resend_every) return;
  lane.asked_for = from;
  lane.asked_at = now.boottime;
  out.resend = Resend{stream, from};
}

void Inbox::lift() {
  frozen_.clear();
  for (Lane& lane : lanes_) {
    lane.parked.clear();
    lane.parked_bytes = 0;
  }
}

// A run that contradicts what is here is refused whole.
bool Inbox::refuse_contradiction(const Run& run, Received& out) {
  std::uint64_t sequence = run.first.value();
  if (!follows(of(run.stream), sequence, run.previous)) {
    contradict(other_history(run.stream, sequence), out);
    return true;
  }
  for (const std::string& bytes : run.entries) {
    if (contradicts(of(run.stream), sequence, bytes)) {
      contradict("entry " + std::to_string(sequence) + " of stream " + name_of(run.stream) +
                     " came again with other content: the site was cloned or restored from a copy",
                 out);
      return true;
    }
    ++sequence;
  }
  return false;
}

Received Inbox::on_run(Run run, const Moment& now) {
  Received out;
  if (!frozen_.empty() || run.first.value() == 0) return out;
  Lane& lane = of(run.stream);
  if (refuse_contradiction(run, out)) return out;
  run_session_ = std::max(run_session_, speaking_);
  std::uint64_t sequence = run.first.value();
  std::uint64_t previous = run.previous;
  for (std::string& bytes : run.entries) {
    const std::uint64_t next = lane.contiguous.value() + 1;
    if (sequence < next) {
      ++out.duplicates;
    } else if (sequence == next) {
      take(run.stream, sequence, std::move(bytes), out);
    } else {
      const std::uint64_t before = std::exchange(previous, fingerprint(bytes));
      park(lane, sequence, {std::move(bytes), before}, out);
    }
    ++sequence;
  }
  take_parked(run.stream, out);
  if (!lane.parked.empty() || out.dropped > 0) ask(run.stream, now, out);
  return out;
}

Received Inbox::on_gone(const Gone& gone) {
  Received out;
  Lane& lane = of(gone.stream);
  if (!frozen_.empty() || gone.first_retained <= lane.contiguous.next()) return out;
  const Sequence to(gone.first_retained.value() - 1);
  out.gap = Gap{gone.stream, lane.contiguous.next(), to};
  lane.contiguous = to;
  lane.ring.clear();
  take_parked(gone.stream, out);
  return out;
}

Received Inbox::on_position(const StreamPosition& position, const Moment& now) {
  Received out;
  Lane& lane = of(position.stream);
  if (!frozen_.empty()) return out;
  if (position.last < lane.contiguous && speaking_ <= run_session_) return out;
  if (position.last < lane.contiguous) {
    contradict(std::string("the site says its stream ") + name_of(position.stream) + " ends at " +
                   std::to_string(position.last.value()) + ", but " + std::to_string(lane.contiguous.value()) +
                   " was received: its journal was restored from a copy",
               out);
    return out;
  }
  if (position.first_retained > lane.contiguous.next()) return on_gone({position.stream, position.first_retained});
  if (!lane.parked.empty()) ask(position.stream, now, out);
  return out;
}

InboxRecord Inbox::record() const {
  return {sender_, past_incarnations_, frozen_, {cursor(Stream::events), cursor(Stream::audit)}};
}

StreamCursor Inbox::cursor(Stream stream) const {
  const Lane& lane = of(stream);
  StreamCursor cursor{stream, lane.contiguous, {}};
  const std::uint64_t last = lane.contiguous.value();
  const std::uint64_t count = std::min<std::uint64_t>(last, lane.ring.size());
  cursor.fingerprints.reserve(count);
  for (std::uint64_t s = last - count + 1; count > 0 && s <= last; ++s) {
    cursor.fingerprints.push_back(lane.ring[s % lane.ring.size()]);
  }
  return cursor;
}

}  // namespace depops::sync
