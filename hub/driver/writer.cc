#include "hub/driver/writer.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "shared/crash_point/crash_point.h"

namespace depops::hub {
namespace {

constexpr std::size_t kBatchesMax = 64;
constexpr std::chrono::milliseconds kWait{1'000};
constexpr std::chrono::seconds kLookEvery{5};
constexpr std::chrono::milliseconds kFullPause{1'000};  // between two looks at a disk that is full
constexpr std::chrono::milliseconds kFullPauseMost{10'000};

}  // namespace

Writer::Writer(const Parts& parts, Tickets<Result<Answer>>& tickets, Backlog& backlog,
               std::function<void(Rebirth)> reborn)
    : parts_(parts), tickets_(tickets), backlog_(backlog), reborn_(std::move(reborn)) {}

std::string Writer::trouble() const {
  const std::lock_guard lock(mutex_);
  return trouble_;
}

void Writer::set_trouble(std::string what) {
  const std::lock_guard lock(mutex_);
  trouble_ = std::move(what);
}

void Writer::run() {
  while (!queue_.finished()) {
    commit_all(queue_.take(kWait, kBatchesMax));
    if (rebirth_due_ && std::chrono::steady_clock::now() >= *rebirth_due_) give_birth();
    look_at_fence();
  }
}

// A hub that stood still and has nothing to commit must learn as well that another one took over.
void Writer::look_at_fence() {
  const auto now = std::chrono::steady_clock::now();
  if (dead_ || rebirth_due_ || epoch_ == HubEpoch() || now - looked_ < kLookEvery) return;
  looked_ = now;
  Changeset nothing;
  nothing.hub_epoch = epoch_;
  const auto done = parts_.store.commit(nothing);
  if (!done.ok() && done.error().code == Errc::conflict) recover(done.error());
}

// Batches that follow each other share a transaction.
void Writer::commit_all(std::vector<Batch> batches) {
  Changeset all;
  std::vector<Batch*> alive;
  std::size_t inputs = 0;
  for (Batch& batch : batches) {
    if (dead_ || batch.life != life_) continue;
    alive.push_back(&batch);
    all.append(std::move(batch.changes));
    inputs += batch.inputs;
  }
  const auto done = alive.empty() ? Result<void>() : commit(all, inputs);
  if (done.ok()) {
    if (!all.events.empty()) parts_.show(std::move(all.events));
    for (const Batch* batch : alive) let_out(*batch);
  } else {
    recover(done.error());
  }
  for (const Batch& batch : batches) {
    if (dead_ || batch.life != life_) drop(batch);
    backlog_.remove(batch.bytes);
  }
}

Result<void> Writer::commit(const Changeset& changes, std::size_t inputs) {
  if (!changes.empty()) {
    const auto begin = std::chrono::steady_clock::now();
    crash_point("hub-commit.before");
    const auto done = parts_.store.commit(changes);
    crash_point("hub-commit.after");
    if (!done) return done.error();
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    parts_.committed(took.count(), inputs);
    proven_ = true;
    epoch_ = changes.raise_to.value_or(changes.hub_epoch);
  }
  set_trouble("");
  return {};
}

void Writer::let_out(const Batch& batch) {
  for (const Effect& effect : batch.effects) {
    if (const auto* reply = std::get_if<Reply>(&effect)) {
      crash_point("hub-answer.before");
      tickets_.answer(reply->ticket, reply->answer);
      crash_point("hub-answer.after");
    } else {
      crash_point("hub-act.before");
      parts_.act(effect);
      crash_point("hub-act.after");
    }
  }
}

// It was stepped and is not committed: it did not happen.
void Writer::drop(const Batch& batch) {
  const Error why{Errc::unavailable, "the hub could not write it down (" + failure_ +
                                         "); nothing was changed: ask again with the same Idempotency-Key"};
  for (const Effect& effect : batch.effects)
    if (const auto* reply = std::get_if<Reply>(&effect)) tickets_.answer(reply->ticket, why);
}

void Writer::recover(const Error& error) {
  parts_.log("event=commit_failed why=\"" + error.what + "\"");
  failure_ = error.what;
  set_trouble(error.what);
  ++life_;
  const bool full = error.code == Errc::exhausted;  // that passes, and what is there can be read meanwhile
  if (error.code == Errc::conflict || (!proven_ && !full)) return give_up();
  pause_ = proven_ ? std::chrono::milliseconds(0) : std::clamp(2 * pause_, kFullPause, kFullPauseMost);
  proven_ = false;
  rebirth_due_ = std::chrono::steady_clock::now() + pause_;
  if (pause_.count() == 0) give_birth();
}

// While it waits for this, all that is given is refused at once.
void Writer::give_birth() {
  rebirth_due_.reset();
  auto state = parts_.store.load();
  if (!state.ok()) {
    parts_.log("event=store_lost why=\"" + state.error().what + "\"");
    return give_up();
  }
  reborn_(Rebirth{life_, std::move(state).value()});
}

void Writer::give_up() {
  dead_ = true;
  parts_.give_up();
}

}  // namespace depops::hub
