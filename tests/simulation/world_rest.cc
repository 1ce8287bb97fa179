#include <algorithm>
#include <sstream>
#include <utility>

#include "shared/rollout/batch.h"
#include "shared/rollout/companions.h"
#include "shared/rollout/machine.h"
#include "shared/rollout/size.h"
#include "shared/rollout/transition_table.h"
#include "tests/simulation/world.h"

namespace depops::simulation {

using namespace std::chrono_literals;
using rollout::Phase;

namespace {

constexpr std::uint32_t kTurnsToSettle = 600;

const char* trigger_into(const rollout::Step& step) {
  if (rollout::share_asked(step, 1)) return "next_weight";
  if (std::holds_alternative<rollout::SetScale>(step)) return "next_scale";
  if (std::holds_alternative<rollout::SetHeader>(step)) return "next_route";
  if (std::holds_alternative<rollout::Approval>(step)) return "next_approval";
  if (std::holds_alternative<rollout::Hook>(step)) return "next_hook";
  return std::holds_alternative<rollout::Pause>(step) ? "next_pause" : "next_analysis";
}

}  // namespace

// Which row of the table a leaf stands for is in its action; the phase it left is the first word after the state.
void World::count_rows(const agent::JournalBatch& batch) {
  for (const agent::OutboxRow& row : batch.outbox) {
    const auto* leaf = std::get_if<audit::Leaf>(&row.entry);
    if (leaf == nullptr || leaf->action.rfind("rollout.", 0) != 0) continue;
    const std::size_t from = leaf->before.find(' ') + 1;
    const std::string phase = leaf->before.substr(from, leaf->before.find(' ', from) - from);
    const std::string trigger = leaf->action.substr(8);
    note(phase + " --" + trigger + "--> " + leaf->after + " (" + leaf->reason + ")");
    take_row(phase, trigger);
    if (trigger == "skip" || trigger == "advance" || trigger == "approve") take_row_behind(phase, *leaf);
  }
}

void World::take_row(const std::string& phase, const std::string& trigger) {
  for (std::size_t i = 0; i < rollout::kTransitions.size(); ++i) {
    const rollout::Transition& row = rollout::kTransitions[i];
    if (phase == rollout::name_of(row.from) && trigger == rollout::name_of(row.on)) ++rows_[i];
  }
}

// A leaf names the first row of a decision. Behind a skip or an advance the next step follows at once: which one is
// told by where it led to.
void World::take_row_behind(const std::string& phase, const audit::Leaf& leaf) {
  const auto word = [](const std::string& text, int index) {
    std::istringstream in(text);
    std::string found;
    for (int i = 0; i <= index; ++i) in >> found;
    return found;
  };
  const std::string to = word(leaf.after, 1);
  if (to == "promoting") return take_row(phase, "steps_over");
  if (word(leaf.before, 3) == word(leaf.after, 3)) return;
  const auto& steps = std::get<rollout::Canary>(journal_.record()->plan->strategy).steps;
  take_row(phase, trigger_into(steps.at(std::stoul(word(leaf.after, 3)))));
}

// What waits for a person gets one.
void World::unblock(bool patient) {
  const rollout::Record* record = journal_.record();
  if (record == nullptr || record->phase == Phase::idle || record->phase == Phase::aborting) return;
  if (record->pauses.empty()) return;
  rollout::Command command;
  command.id = CommandId("unblock-" + std::to_string(++tickets_));
  command.actor = Actor("local:root");
  const bool step = record->pauses.size() == 1 && record->pauses.front().reason == rollout::PauseReason::step;
  // Somebody who goes on after every failure, or for ever without requests, would never be done.
  const bool failed = record->pauses.back().reason == rollout::PauseReason::failure;
  const bool approval = is_asked(*record) && rng_.chance(800);
  if (approval) command.actor = Actor("unblock-" + std::to_string(tickets_));
  const bool on = rng_.chance(failed ? 300 : 700) && patient;
  command.verb = approval ? rollout::Verb::approve
                 : step   ? rollout::Verb::advance
                 : on     ? rollout::Verb::resume
                          : rollout::Verb::abort;
  deliver(agent::LocalVerb{tickets_, ServiceName("checkout"), false, command});
}

void World::calm_down() {
  quiet_ = true;
  crash_in_ = 0;
  router_reachable_ = true;
  router_.set_reachable(true);
  router_.set_sticky(false);
  for (auto& [set, profile] : profiles_) profile.crash_permille = 0;
  if (journal_.full()) {
    journal_.set_full(false);
    deliver(agent::StorageSeen{agent::Storage::ok});
  }
  if (!connected_) ++session_;
  connected_ = true;
  deliver(link_now());
  send_down(hub_is_there());
  if (hub_.has_document()) send_down(hub_.document(hub_.time(true_now_)));
}

bool World::is_at_rest() const {
  const rollout::Record* record = journal_.record();
  const bool idle = record == nullptr || (record->phase == Phase::idle && !record->warm);
  return idle && hub_.received(sync::Stream::events) == journal_.site().events_last.value() &&
         hub_.received(sync::Stream::audit) == journal_.site().audit_last.value();
}

void World::settle() {
  calm_down();
  std::uint64_t calm = 0;
  for (std::uint32_t i = 0; i < kTurnsToSettle && calm < 12; ++i) {
    const std::uint64_t before = activity();
    turn();
    if (i % 20 == 19) unblock(i < kTurnsToSettle / 2);
    calm = is_at_rest() && activity() == before ? calm + 1 : 0;
  }
  if (calm >= 12) return;
  const rollout::Record* record = journal_.record();
  if (record != nullptr && record->phase != Phase::idle) {
    throw Violation(std::string("I6 it does not come to rest: ") + rollout::name_of(record->phase) + ", " +
                    record->reason + " " + record->degraded);
  }
  throw Violation(
      "the hub did not learn everything, or orders go on: " + std::to_string(hub_.received(sync::Stream::events)) +
      " of " + std::to_string(journal_.site().events_last.value()));
}

void World::check_rest() {
  const std::uint64_t orders = orders_;
  const std::uint64_t commits = commits_;
  for (int i = 0; i < 20; ++i) {
    advance(500ms);
    deliver(agent::Tick{});
    see_world();
  }
  if (orders_ != orders || commits_ != commits) throw Violation("I12 something is written although nothing happens");
  const rollout::Record* record = journal_.record();
  if (record == nullptr || !record->stable) return;
  const SetId stable = record->stable->set;
  const std::uint32_t n = rollout::stable_size(*record);
  const bool standing = record->drift.standing;  // somebody else's weight, left as it is and said
  const auto whole = [&] { return router_.share(stable) == 100 && runtime_.serving(stable) == n; };
  if (!whole() && !standing && !profiles_.at(stable).never_ready)
    throw Violation("I6 at rest stable does not have everything");
  for (const auto& instance : runtime_.instances()) {
    if (instance.set != stable && instance.set != rollout::companion_set(stable, "worker"))
      throw Violation("at rest " + instance.id.str() + " is left over");
  }
  if (!router_.facts(now_).services[0].forced.empty()) throw Violation("I16 at rest a forced route is left over");
  restart("rest");
  for (int i = 0; i < 20; ++i) turn();
  if (!whole() || journal_.record()->stable->set != stable) throw Violation("I13 a restart changed the world");
}

Played World::run(std::uint32_t events) {
  try {
    deploy();
    send_down(hub_.document(hub_.time(true_now_)));
    while (result_.events < events) turn();
    settle();
    check_rest();
  } catch (const Violation& violation) {
    result_.violation = violation.what();
  }
  result_.coalesced = journal_.buried();
  return std::move(result_);
}

}  // namespace depops::simulation
