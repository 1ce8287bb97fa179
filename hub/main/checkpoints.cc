#include "hub/main/checkpoints.h"

#include <utility>

#include "shared/crash_point/crash_point.h"
#include "shared/signing/log_primitives.h"

namespace depops::hub {
namespace {

const audit::Primitives& primitives() { return signing::log_primitives(); }

// By the key that signed the log before, whatever the hub was called then, or nobody could tell this log from another.
Result<void> check_key(const LogHead& before, const audit::NoteKey& key) {
  DEPOPS_TRY(const audit::Note note, audit::parse_note(before.note, primitives()));
  DEPOPS_TRY(const audit::Checkpoint then, audit::parse_checkpoint(note.text, primitives()));
  DEPOPS_TRY(const audit::NoteKey same, audit::note_key(then.origin, key.key, primitives()));
  if (audit::open_checkpoint(before.note, same, primitives()).ok()) return {};
  return Error{Errc::refused, "the checkpoint over " + std::to_string(before.size.value()) +
                                  " entries was signed by another key than " + audit::vkey_of(key, primitives()) +
                                  "; give whoever signs now the files log.key and log.guard of who signed then"};
}

}  // namespace

void Checkpoints::start() {
  thread_ = std::thread([this] { run(); });
}

void Checkpoints::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  stopped_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Checkpoints::run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    lock.unlock();
    say(look());
    lock.lock();
    stopped_.wait_for(lock, parts_.pause, [this] { return stopping_; });
  }
}

// Tells a change. A signer that is away comes back by itself; all else needs people.
void Checkpoints::say(const Result<void>& done) {
  const std::string why = done.ok() ? "" : done.error().what;
  const bool alarming = !done.ok() && done.error().code != Errc::unavailable;
  if (why != said_) {
    parts_.write_line(why.empty() ? "event=audit_log signed=true" : "event=audit_log signed=false why=\"" + why + "\"");
    if (done.ok() || alarming) parts_.alarm(why);
  }
  said_ = why;
}

Result<void> Checkpoints::look() {
  DEPOPS_TRY(const std::optional<LogHead> before, parts_.log.log_head());
  DEPOPS_TRY(const audit::TreeSize size, parts_.log.log_size());
  if (size == (before ? before->size : audit::TreeSize())) return {};
  DEPOPS_TRY(LogHead head, sign(size, before));
  crash_point("hub-log-keep.before");
  DEPOPS_TRY_VOID(parts_.keep(std::move(head)));
  crash_point("hub-log-keep.after");
  return {};
}

Result<LogHead> Checkpoints::sign(audit::TreeSize size, const std::optional<LogHead>& before) {
  DEPOPS_TRY(const audit::Hash root, audit::root_of(parts_.log, size, primitives()));
  const audit::Checkpoint checkpoint{parts_.origin, size, root};
  crash_point("hub-log-sign.before");
  DEPOPS_TRY(wire::LogWord word, ask(checkpoint, before ? before->size : audit::TreeSize()));
  crash_point("hub-log-sign.after");
  // A guard that can not be written is a disk that is full: it is asked again.
  if (!word.code.empty())
    return Error{word.code == "guard" ? Errc::unavailable : Errc::refused,
                 "the audit log is not signed (" + word.code + "): " + word.reason +
                     "; find out what happened to the hub's database, and restore one that holds all "
                     "that was signed"};
  DEPOPS_TRY(const audit::NoteKey key, audit::note_key(parts_.origin, word.key, primitives()));
  if (before) DEPOPS_TRY_VOID(check_key(*before, key));
  const audit::Note note{audit::text_of(checkpoint, primitives()), {{key.name, key.hash, word.ed25519}}};
  DEPOPS_TRY(std::string bytes, audit::write_note(note, primitives()));
  DEPOPS_TRY_VOID(audit::open_checkpoint(bytes, key, primitives()));
  return LogHead{size, root, std::move(bytes), parts_.clock.now().wall};
}

// The signer may have signed more than is kept here: the hub died in between. Then the proof begins there.
Result<wire::LogWord> Checkpoints::ask(const audit::Checkpoint& checkpoint, audit::TreeSize from) {
  const std::string text = audit::text_of(checkpoint, primitives());
  for (int tries = 0;; ++tries) {
    DEPOPS_TRY(audit::Proof proof, audit::prove_consistency(parts_.log, from, checkpoint.size, primitives()));
    DEPOPS_TRY(wire::LogWord word, parts_.signer.sign({text, from, std::move(proof)}));
    if (word.code != audit::name_of(audit::Growth::stale) || tries > 0) return word;
    from = word.kept.size;
  }
}

}  // namespace depops::hub
