#include "agent/driver/writer.h"

#include <utility>

#include "shared/crash_point/crash_point.h"

namespace depops::agent {
namespace {

constexpr std::size_t kWorkMax = 64;
constexpr std::chrono::milliseconds kWait{1'000};

}  // namespace

Writer::Writer(const Parts& parts, Effects& effects, Ways ways, std::string incarnation)
    : parts_(parts), effects_(effects), ways_(std::move(ways)), incarnation_(std::move(incarnation)) {}

void Writer::run() {
  while (!queue_.finished()) work_off(queue_.take(kWait, kWorkMax));
}

// Turns that follow each other share a transaction; a session or a pruning in between keeps its place.
void Writer::work_off(std::vector<Work> work) {
  std::vector<Turn> turns;
  for (Work& one : work) {
    if (auto* turn = std::get_if<Turn>(&one)) {
      turns.push_back(std::move(*turn));
      continue;
    }
    commit_turns(std::exchange(turns, {}));
    if (std::holds_alternative<Connected>(one)) start_session();
    if (const auto* due = std::get_if<PruneDue>(&one)) prune(*due);
  }
  commit_turns(std::move(turns));
}

void Writer::commit_turns(std::vector<Turn> turns) {
  JournalBatch all;
  std::vector<Output*> outputs;
  for (Turn& turn : turns) {
    if (turn.life != life_) continue;
    for (Output& output : turn.outputs) outputs.push_back(&output);
  }
  for (const Output* output : outputs) all.append(output->batch);
  if (!commit(all)) return commit_one_by_one(outputs);
  for (const Output* output : outputs) carry_out(*output);
}

// The disk is full: what may use the reserve goes through, up to the first that may not.
void Writer::commit_one_by_one(const std::vector<Output*>& outputs) {
  for (const Output* output : outputs) {
    if (!commit(output->batch)) return give_birth(refused_);
    carry_out(*output);
  }
}

bool Writer::commit(const JournalBatch& batch) {
  if (batch.empty()) return true;
  crash_point("commit.before");
  const auto done = parts_.journal.commit(batch);
  crash_point("commit.after");
  if (done.ok()) return true;
  parts_.log("event=commit-refused safe=" + std::string(batch.safe ? "true" : "false") + " reason=\"" +
             done.error().what + "\"");
  if (done.error().code != Errc::exhausted) parts_.fatal();
  refused_ = batch.safe ? Storage::gone : Storage::full;
  return false;
}

void Writer::carry_out(const Output& output) {
  for (const Effect& effect : output.effects) effects_.carry_out(effect);
}

void Writer::start_session() {
  crash_point("session.before");
  const auto session = parts_.journal.next_session();
  crash_point("session.after");
  if (!session.ok()) {
    parts_.log("event=session-refused reason=\"" + session.error().what + "\"");
    return;
  }
  crash_point("send-presence.before");
  parts_.uplink.begin(incarnation_, session.value());
  crash_point("send-presence.after");
  ways_.post(LinkChanged{true, parts_.voice ? parts_.voice() : std::string()});
}

void Writer::prune(const PruneDue& due) {
  crash_point("prune.before");
  const auto position = parts_.journal.prune(due.stream, due.acked, due.now);
  crash_point("prune.after");
  if (position.ok()) ways_.post(Pruned{position.value()});
}

void Writer::give_birth(Storage storage) {
  auto loaded = parts_.journal.load();
  if (!loaded.ok()) {
    parts_.log("event=journal-lost reason=\"" + loaded.error().what + "\"");
    return parts_.fatal();
  }
  ++life_;
  ways_.reborn(Rebirth{life_, std::move(loaded).value(), storage});
}

}  // namespace depops::agent
