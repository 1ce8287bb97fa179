#include "depops/v1/leaf.pb.h"
#include "depops/v1/report.pb.h"
#include "shared/audit/export.h"
#include "shared/wire/convert.h"
#include "shared/wire/documents.h"

namespace depops::wire {
namespace {

struct ReportWriter {
  v1::Report& out;

  void operator()(const rollout::RolloutChanged& report) const { put(report.status, *out.mutable_rollout_changed()); }
  void operator()(const rollout::WindowJudged& report) const {
    auto* message = out.mutable_window_judged();
    message->set_rollout(report.rollout.str());
    message->set_step(report.step);
    message->set_attempt(report.attempt);
    put(report.measurement, *message->mutable_measurement());
  }
  void operator()(const rollout::CommandAnswered& report) const {
    auto* message = out.mutable_command_answered();
    message->set_rollout(report.rollout.str());
    message->set_command(report.command.str());
    message->set_accepted(report.accepted);
    message->set_reason(clipped(report.reason));
  }
  void operator()(const rollout::DesiredRefused& report) const {
    auto* message = out.mutable_desired_refused();
    message->set_generation(report.generation.value());
    message->set_code(clipped(report.code, kIdMax));
    message->set_reason(clipped(report.reason));
  }
  void operator()(const rollout::DriftSeen& report) const {
    auto* message = out.mutable_drift_seen();
    message->set_service(report.service.str());
    message->set_rollout(report.rollout.str());
    message->set_what(clipped(report.what));
    message->set_reasserted(report.reasserted);
  }
  void operator()(const rollout::Notice& report) const {
    auto* message = out.mutable_notice();
    message->set_service(report.service.str());
    message->set_kind(clipped(report.kind, kIdMax));
    message->set_text(clipped(report.text));
  }
  void operator()(const rollout::Tombstone&) const { out.mutable_tombstone(); }
};

rollout::WindowJudged get_window(const v1::WindowJudged& message, Instant at, Intake& in) {
  return {at, in.id<RolloutId>(message.rollout(), "rollout"), message.step(), message.attempt(),
          get(message.measurement(), in)};
}

rollout::CommandAnswered get_answer(const v1::CommandAnswered& message, Instant at, Intake& in) {
  return {at, in.optional_id<RolloutId>(message.rollout(), "rollout"), in.id<CommandId>(message.command(), "command"),
          message.accepted(), in.text(message.reason(), "reason")};
}

rollout::DesiredRefused get_refusal(const v1::DesiredRefused& message, Instant at, Intake& in) {
  return {at, Generation(in.number(message.generation(), "generation")), in.needed(message.code(), "code"),
          in.text(message.reason(), "reason")};
}

rollout::DriftSeen get_drift(const v1::DriftSeen& message, Instant at, Intake& in) {
  return {at, in.optional_name<ServiceName>(message.service(), "service"),
          in.optional_id<RolloutId>(message.rollout(), "rollout"), in.text(message.what(), "what"),
          message.reasserted()};
}

rollout::Report get_report(const v1::Report& message, Intake& in) {
  const Instant at = in.instant(message.at_ms(), "at");
  switch (message.report_case()) {
    case v1::Report::kRolloutChanged:
      return rollout::RolloutChanged{at, get(message.rollout_changed(), in)};
    case v1::Report::kWindowJudged:
      return get_window(message.window_judged(), at, in);
    case v1::Report::kCommandAnswered:
      return get_answer(message.command_answered(), at, in);
    case v1::Report::kDesiredRefused:
      return get_refusal(message.desired_refused(), at, in);
    case v1::Report::kDriftSeen:
      return get_drift(message.drift_seen(), at, in);
    case v1::Report::kNotice:
      return rollout::Notice{at, in.optional_name<ServiceName>(message.notice().service(), "service"),
                             in.needed(message.notice().kind(), "kind"), in.text(message.notice().text(), "text")};
    case v1::Report::kTombstone:
      return rollout::Tombstone{at};
    case v1::Report::REPORT_NOT_SET:
      break;
  }
  in.fail(Errc::unsupported, "its kind is missing or not known here; upgrade the hub");
  return rollout::Notice{};
}

}  // namespace

std::string encode_report(const rollout::Report& report) {
  v1::Report out;
  out.set_at_ms(std::visit([](const auto& any) { return ms_of(any.at); }, report));
  std::visit(ReportWriter{out}, report);
  return serialized(out);
}

Result<rollout::Report> decode_report(std::string_view bytes) {
  v1::Report message;
  if (bytes.size() > kEntryMax || !parse(bytes, message)) return malformed("report");
  Intake in;
  rollout::Report report = get_report(message, in);
  if (!in.ok()) return in.error().in("report");
  return report;
}

static_assert(kLeafMax == audit::kEntryBytesMax);

std::string encode_leaf(const audit::Leaf& leaf) {
  v1::Leaf out;
  out.set_at_ms(ms_of(leaf.at));
  out.set_actor(clipped(leaf.actor.str(), kIdMax));
  out.set_action(clipped(leaf.action, kIdMax));
  out.set_object(clipped(leaf.object, kTextMax));
  out.set_before(clipped(leaf.before, kIdMax));
  out.set_after(clipped(leaf.after, kIdMax));
  out.set_reason(clipped(leaf.reason));
  out.set_cause(clipped(leaf.cause, kTextMax));
  return serialized(out);
}

Result<audit::Leaf> decode_leaf(std::string_view bytes) {
  v1::Leaf message;
  if (bytes.size() > kEntryMax || !parse(bytes, message)) return malformed("audit leaf");
  Intake in;
  audit::Leaf leaf;
  leaf.at = in.instant(message.at_ms(), "at");
  leaf.actor = in.id<Actor>(message.actor(), "actor");
  leaf.action = in.needed(message.action(), "action");
  leaf.object = in.text(message.object(), "object");
  leaf.before = in.text(message.before(), "before", kIdMax);
  leaf.after = in.text(message.after(), "after", kIdMax);
  leaf.reason = in.text(message.reason(), "reason");
  leaf.cause = in.text(message.cause(), "cause");
  if (!in.ok()) return in.error().in("audit leaf");
  return leaf;
}

}  // namespace depops::wire
