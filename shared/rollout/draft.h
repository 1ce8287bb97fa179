#pragma once

#include <memory>
#include <optional>
#include <string>

#include "shared/rollout/machine.h"
#include "shared/rollout/rolling.h"
#include "shared/rollout/size.h"
#include "shared/rollout/transition.h"

// One step in the making: the record as it will be, copied only when something changes, and what to say about it.
namespace depops::rollout {

class Draft {
 public:
  Draft(const std::shared_ptr<const Record>& record, const View& view, Watch& watch, const Moment& now)
      : before_(record), view_(view), watch_(watch), now_(now) {}

  const Record& record() const { return next_ ? *next_ : *before_; }
  const Record& before() const { return *before_; }
  Record& edit();
  const View& view() const { return view_; }
  Watch& watch() { return watch_; }
  const Moment& now() const { return now_; }
  Decision& decision() { return decision_; }
  const Plan& plan() const { return *record().plan; }
  std::uint32_t target_n() const { return target_size(record()); }
  bool is_dynamic() const;  // stable shrinks with its share
  std::uint32_t stable_n() const { return stable_size(record()); }

  bool can(Trigger trigger) const { return row_of(record().phase, trigger).has_value(); }
  // Takes the row of the table. Pre: there is one.
  void take(Trigger trigger, const Actor& by, std::string reason);

  // Orders: journaled in the record with what was there before, given by the agent after the commit.
  void order_target(std::uint32_t replicas);
  void order_stable(std::uint32_t replicas);
  void order_weight(std::uint32_t percent);
  void order_routes(std::vector<ForcedRoute> routes);
  bool in_place() const { return view_.stable.turns != Turns::none && record().stable != nullptr; }  // (in_place.cc)
  // Instances are the share.
  bool by_ratio() const { return (!view_.weights || in_place()) && record().stable != nullptr; }
  // Of a router that divides requests and is away nobody knows whether it leads to the instances.
  bool is_led() const { return view_.router || !view_.weights; }
  void order_all();  // of the target; by ratio they come in their turn
  std::uint64_t order_hook(std::uint32_t attempt, std::uint32_t step);  // the number of the order

  void add_pause(PauseReason reason, const Actor& by, std::string why);
  bool drop_pause(PauseReason reason);
  bool paused() const { return !record().pauses.empty(); }
  bool paused_by_person() const;  // or by a finding: by anything but what the step itself waits for

  void note(Report report) { decision_.reports.push_back(std::move(report)); }
  void say(std::string what) { said_ = std::move(what); }  // in the audit leaf, instead of the record's reason
  void changed() { status_changed_ = true; }               // a status goes out at the end

  Decision finish();

 private:
  void intend(IntentKind kind, const SetId& object, std::uint32_t desired, std::uint32_t precondition);
  void close_intents();
  View seen() const;
  void settle_state();

  std::shared_ptr<const Record> before_;
  std::shared_ptr<Record> next_;
  const View& view_;
  Watch& watch_;
  Moment now_;
  Decision decision_;
  std::optional<Trigger> first_;  // what the audit leaf is named after
  std::optional<std::string> said_;
  bool status_changed_ = false;
};

const PauseMark* pause_of(const Record& record, PauseReason reason);  // null: it does not stand still for that

// The parts of step(), one file each.
void on_submit(Draft& draft, const Submit& submit);
void on_command(Draft& draft, const Command& command);
void on_recovered(Draft& draft);
void on_observed(Draft& draft);

bool take_drift(Draft& draft, const std::string& what);
bool guard_tripped(Draft& draft, std::string& why);  // the target is plainly broken (guard.cc)
void verify_weight(Draft& draft);
// Counters of the requests that are judged: those that the weights divide; at weight 0 with forced routes those too.
std::vector<analysis::CounterRow> rows_under_test(const Draft& draft);
analysis::Reading reading_of(const Draft& draft);  // of these counters. Pre: the view has the router
// 1: as ordered. 0: not known yet. -1: measured, and it is something else.
int weight_state(const Draft& draft);
void observe_scaling(Draft& draft);
void observe_weighing(Draft& draft);
void observe_holding(Draft& draft);
void observe_routing(Draft& draft);
void verify_routes(Draft& draft);
void pause_unverified(Draft& draft);
void shrink_stable(Draft& draft);
const Step& step_of(const Draft& draft);  // pre: a step is under way
// Where no router divides requests by weight (replica_ratio.cc). Why the plan can not be carried out so; empty: it can.
std::string not_by_ratio(const Draft& draft);
// What the plan asks that can not be done where a version takes the place of another (in_place.cc). Empty: nothing.
std::string not_in_place(const Draft& draft);
Bounds bounds_now(const Draft& draft, std::uint32_t n);  // those of the plan, as far as they can be had here
// What the plan asks that the router here can not do (router_limits.cc). Empty: nothing.
std::string beyond_router(const Draft& draft);
// Where no Jobs can be run: which part of the plan needs one. Empty: none (rehearsal.cc).
std::string beyond_site(const Draft& draft);
// True: the instances of both sets are there that make `percent`.
bool go_by_ratio(Draft& draft, std::uint32_t percent);
void observe_ratio(Draft& draft, std::uint32_t percent);
void bring_back_by_ratio(Draft& draft);
void enter_step(Draft& draft, std::uint32_t index, const Actor& by, const std::string& reason);
void go_past_step(Draft& draft, const Actor& by, const std::string& reason);
void observe_analysis(Draft& draft);
void observe_background(Draft& draft);
void begin_background_anew(Draft& draft);
// The machine found the target bad: back to stable, or what the plan says about failures.
void fail(Draft& draft, Trigger trigger, const std::string& reason);
bool is_held(const Record& record);
bool go_back_unanswered(Draft& draft);
void forgive(Draft& draft);
void begin_analysis(Draft& draft, std::uint32_t attempt);
bool gave_up_stable(const Draft& draft);  // too late to go back: stable has fewer instances than it needs
void drop_next(Draft& draft, const Actor& by, const std::string& why);
void begin_abort(Draft& draft, Trigger trigger, const Actor& by, const std::string& reason);
void observe_abort(Draft& draft);
void observe_forward(Draft& draft);
void end_rollout(Draft& draft, State state);
void reset_rollout(Record& record);  // as at the beginning of an attempt
// Another size, or the declared one again; the sets follow it at once or as soon as they can.
void scale_to(Draft& draft, std::optional<std::uint32_t> replicas);
void follow_size(Draft& draft);
void follow_cluster(Draft& draft);                  // where that decides the size (cluster_size.cc)
void keep_size(Record& record);                     // a rollout begins
void end_size(Record& record, bool became_stable);  // it ended
Actor self();

}  // namespace depops::rollout
