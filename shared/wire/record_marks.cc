#include "shared/wire/record_marks.h"

#include <algorithm>
#include <cstdint>

#include "depops/v1/record.pb.h"
#include "shared/wire/convert.h"
#include "shared/wire/metrics.h"

namespace depops::wire {
namespace {

using rollout::IntentKind;
using rollout::IntentOutcome;
using rollout::PauseReason;

constexpr EnumRow<PauseReason, v1::PauseReason> kPauseRows[] = {
    {PauseReason::user, v1::PAUSE_REASON_USER},
    {PauseReason::step, v1::PAUSE_REASON_STEP},
    {PauseReason::inconclusive, v1::PAUSE_REASON_INCONCLUSIVE},
    {PauseReason::metric_outage, v1::PAUSE_REASON_METRIC_OUTAGE},
    {PauseReason::drift, v1::PAUSE_REASON_DRIFT},
    {PauseReason::approval, v1::PAUSE_REASON_APPROVAL},
    {PauseReason::hub_hold, v1::PAUSE_REASON_HUB_HOLD},
    {PauseReason::freeze, v1::PAUSE_REASON_FREEZE},
    {PauseReason::failure, v1::PAUSE_REASON_FAILURE},
};

constexpr EnumRow<IntentKind, v1::Intent::Kind> kIntentRows[] = {
    {IntentKind::scale_target, v1::Intent::KIND_SCALE_TARGET},
    {IntentKind::scale_stable, v1::Intent::KIND_SCALE_STABLE},
    {IntentKind::weight, v1::Intent::KIND_WEIGHT},
    {IntentKind::routes, v1::Intent::KIND_ROUTES},
    {IntentKind::hook, v1::Intent::KIND_HOOK},
};

constexpr EnumRow<IntentOutcome, v1::Intent::Outcome> kIntentOutcomeRows[] = {
    {IntentOutcome::open, v1::Intent::OUTCOME_OPEN},
    {IntentOutcome::done, v1::Intent::OUTCOME_DONE},
    {IntentOutcome::drifted, v1::Intent::OUTCOME_DRIFTED},
};

}  // namespace

void put(const Stamp& stamp, v1::Stamp& out) {
  out.set_wall_ms(ms_of(stamp.wall));
  out.set_boottime_ms(stamp.boottime.count());
  out.set_boot(stamp.boot.str());
}

// What began before the present boot has a boottime below 0.
Stamp get(const v1::Stamp& message, Intake& in) {
  const std::int64_t ms = message.boottime_ms();
  const Millis boottime = ms < 0 ? -in.duration(-std::max(ms, -INT64_MAX), "boottime") : in.duration(ms, "boottime");
  return {in.instant(message.wall_ms(), "wall"), boottime, in.optional_id<BootId>(message.boot(), "boot")};
}

void put(const analysis::CounterRow& row, v1::CounterRow& out) {
  out.set_set(row.set.str());
  out.set_source(row.source);
  out.set_answers(row.answers);
  out.set_errors_5xx(row.errors_5xx);
  out.set_lost(row.lost);
  for (const analysis::Bucket& bucket : row.buckets) {
    out.add_bounds(bucket.bound);
    out.add_within(bucket.within);
  }
}

namespace {

std::vector<analysis::Bucket> get_buckets(const v1::CounterRow& message, Intake& in) {
  in.count(message.bounds_size(), "row.bounds", analysis::kBoundsMax);
  const bool fits = message.bounds_size() == message.within_size();
  in.require(fits, "row.within", "have another number of values than the bounds");
  std::vector<analysis::Bucket> buckets;
  for (int i = 0; fits && i < message.bounds_size(); ++i) {
    buckets.push_back({in.real(message.bounds(i), "row.bounds"), message.within(i)});
  }
  return buckets;
}

}  // namespace

analysis::CounterRow get(const v1::CounterRow& message, Intake& in) {
  return {in.optional_id<SetId>(message.set(), "set"),
          in.text(message.source(), "source"),
          message.answers(),
          message.errors_5xx(),
          message.lost(),
          get_buckets(message, in)};
}

void put(const rollout::WeightMark& mark, v1::WeightMark& out) {
  out.set_percent(mark.percent);
  out.set_verified_level(mark.verified_level);
  put(mark.ordered_at, *out.mutable_ordered_at());
  put(mark.read_back_at, *out.mutable_read_back_at());
  for (const analysis::CounterRow& row : *mark.since) put(row, *out.add_since());
  if (mark.since_at != Instant{}) out.set_since_at_ms(ms_of(mark.since_at));
}

rollout::WeightMark get(const v1::WeightMark& message, Intake& in) {
  rollout::WeightMark mark;
  mark.percent = in.number32(message.percent(), "weight.percent", 100);
  mark.verified_level = static_cast<std::uint8_t>(in.number32(message.verified_level(), "weight.verified_level", 3));
  mark.ordered_at = get(message.ordered_at(), in);
  mark.read_back_at = get(message.read_back_at(), in);
  in.count(message.since_size(), "weight.since", kRowsMax);
  std::vector<analysis::CounterRow> since;
  for (const auto& row : message.since()) since.push_back(get(row, in));
  mark.since = std::move(since);
  mark.since_at = in.instant(message.since_at_ms(), "weight.since_at");
  return mark;
}

void put(const rollout::RouteMark& mark, v1::RouteMark& out) {
  for (const rollout::ForcedRoute& route : mark.routes) {
    auto* row = out.add_routes();
    row->set_name(route.name);
    put(route.match, *row->mutable_match());
    row->set_set(route.set.str());
  }
  out.set_read_back(mark.read_back);
  put(mark.ordered_at, *out.mutable_ordered_at());
  put(mark.read_back_at, *out.mutable_read_back_at());
}

rollout::RouteMark get(const v1::RouteMark& message, Intake& in) {
  rollout::RouteMark mark;
  in.count(message.routes_size(), "routes", rollout::kMaxForcedRoutes);
  for (const auto& row : message.routes()) {
    mark.routes.push_back({in.needed(row.name(), "routes.name"), get(row.match(), in), in.id<SetId>(row.set(), "set")});
  }
  mark.read_back = message.read_back();
  mark.ordered_at = get(message.ordered_at(), in);
  mark.read_back_at = get(message.read_back_at(), in);
  return mark;
}

void put(const rollout::PauseMark& mark, v1::PauseMark& out) {
  out.set_reason(to_wire(kPauseRows, mark.reason));
  put(mark.since, *out.mutable_since());
  out.set_by(mark.by.str());
  out.set_why(clipped(mark.why));
}

rollout::PauseMark get(const v1::PauseMark& message, Intake& in) {
  return {from_wire(kPauseRows, message.reason(), in, "pauses.reason"), get(message.since(), in),
          in.optional_id<Actor>(message.by(), "pauses.by"), in.text(message.why(), "pauses.why")};
}

void put(const rollout::Intent& intent, v1::Intent& out) {
  out.set_seq(intent.seq);
  out.set_kind(to_wire(kIntentRows, intent.kind));
  out.set_object(intent.object.str());
  out.set_desired(intent.desired);
  out.set_precondition(intent.precondition);
  put(intent.issued_at, *out.mutable_issued_at());
  out.set_outcome(to_wire(kIntentOutcomeRows, intent.outcome));
}

rollout::Intent get(const v1::Intent& message, Intake& in) {
  rollout::Intent intent;
  intent.seq = in.number(message.seq(), "intents.seq");
  intent.kind = from_wire(kIntentRows, message.kind(), in, "intents.kind");
  intent.object = in.optional_id<SetId>(message.object(), "intents.object");
  intent.desired = message.desired();
  intent.precondition = message.precondition();
  intent.issued_at = get(message.issued_at(), in);
  intent.outcome = from_wire(kIntentOutcomeRows, message.outcome(), in, "intents.outcome");
  return intent;
}

void put(const rollout::AnalysisMark& mark, v1::AnalysisMark& out) {
  out.set_run(mark.run);
  out.set_attempt(mark.attempt);
  put(mark.started, *out.mutable_started());
  for (const rollout::OpenWindow& window : mark.open) {
    auto* row = out.add_open();
    row->set_from_ms(ms_of(window.from));
    put(window.opened, *row->mutable_opened());
    row->set_number(window.number);
    for (const analysis::CounterRow& counters : *window.rows) put(counters, *row->add_rows());
  }
  for (const analysis::MetricState& state : mark.state.metrics) put(state, *out.add_metrics());
}

rollout::AnalysisMark get(const v1::AnalysisMark& message, Intake& in) {
  rollout::AnalysisMark mark;
  mark.run = in.text(message.run(), "analysis.run");
  mark.attempt = message.attempt();
  mark.started = get(message.started(), in);
  in.count(message.open_size(), "analysis.open", kMetricsMax);
  for (const auto& row : message.open()) {
    in.count(row.rows_size(), "analysis.open.rows", kRowsMax);
    std::vector<analysis::CounterRow> rows;
    for (const auto& counters : row.rows()) rows.push_back(get(counters, in));
    mark.open.push_back({in.instant(row.from_ms(), "from"), get(row.opened(), in), std::move(rows), row.number()});
  }
  in.count(message.metrics_size(), "analysis.metrics", kMetricsMax);
  for (const auto& state : message.metrics()) mark.state.metrics.push_back(get(state, in));
  return mark;
}

}  // namespace depops::wire
