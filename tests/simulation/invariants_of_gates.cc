#include <algorithm>

#include "shared/rollout/approver.h"
#include "tests/simulation/invariants.h"

// Of steps that wait for somebody outside.
namespace depops::simulation {
namespace {

using rollout::Phase;
using rollout::Record;

const rollout::Approval* approval_at(const Record& record) {
  const auto* canary = record.plan ? std::get_if<rollout::Canary>(&record.plan->strategy) : nullptr;
  if (canary == nullptr || record.phase != Phase::holding) return nullptr;
  return std::get_if<rollout::Approval>(&canary->steps[record.step]);
}

bool is_elsewhere(const Record& before, const Record& after) {
  return before.phase != after.phase || before.step != after.step || before.rollout != after.rollout ||
         before.attempt != after.attempt;
}

// "holding step 3" of the text by which a leaf knows the record.
std::string place_of(const std::string& text) {
  const std::size_t from = text.find(' ') + 1;
  return text.substr(from, text.find(" weight", from) - from);
}

}  // namespace

bool is_asked(const Record& record) {
  return std::any_of(record.pauses.begin(), record.pauses.end(),
                     [](const rollout::PauseMark& pause) { return pause.reason == rollout::PauseReason::approval; });
}

bool is_watched(const Record& record) { return record.phase == Phase::baking || record.phase == Phase::hooking; }

// Counted here by the audit log, apart from the machine: who said yes, each person once.
void Invariants::check_approval(const Record& before, const Record& after, const agent::JournalBatch& batch,
                                const Moment& now) {
  std::set<std::string> next = approvers_;  // one batch may move to a step and approve it
  bool left = false;
  for (const agent::OutboxRow& row : batch.outbox) {
    const auto* leaf = std::get_if<audit::Leaf>(&row.entry);
    if (leaf == nullptr || leaf->action.rfind("rollout.", 0) != 0) continue;
    if (leaf->action == "rollout.approve") next.insert(rollout::person_of(leaf->actor));
    if (place_of(leaf->before) == place_of(leaf->after)) continue;
    if (!left) approvers_ = next;
    left = true;
    next.clear();
  }
  if (!left) approvers_ = next;
  const bool moved = is_elsewhere(before, after);
  const bool forward = after.phase != Phase::idle && after.phase != Phase::aborting;
  if (const auto* approval = approval_at(before); approval != nullptr && moved && forward && asked_since_) {
    if (approval->exclude_requester)
      demand(!approvers_.contains(before.plan->requested_by.str()), "I25 who asked for the release approved it");
    const bool late = approval->timeout && approval->on_timeout == rollout::Approval::OnTimeout::go_on &&
                      (asked_since_->boot != now.boot || now.boottime - asked_since_->boottime >= *approval->timeout);
    demand(late || approvers_.size() >= approval->count, "I25 it went on with " + std::to_string(approvers_.size()) +
                                                             " of " + std::to_string(approval->count) + " approvals");
  }
  if (!moved || approval_at(after) == nullptr) return;
  approvers_ = next;
  asked_since_ = now;
}

}  // namespace depops::simulation
