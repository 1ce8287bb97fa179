#include "shared/wire/gates.h"

#include "depops/v1/plan.pb.h"
#include "depops/v1/record.pb.h"
#include "shared/wire/record_marks.h"

namespace depops::wire {
namespace {

using OnTimeout = rollout::Approval::OnTimeout;

constexpr std::uint32_t kPeopleMax = 20;
constexpr std::uint32_t kRetriesMax = 10;
constexpr std::size_t kHeadersMax = 50;

constexpr EnumRow<OnTimeout, v1::Approval::OnTimeout> kOnTimeoutRows[] = {
    {OnTimeout::abort, v1::Approval::ON_TIMEOUT_ABORT},
    {OnTimeout::go_on, v1::Approval::ON_TIMEOUT_CONTINUE},
};

using HookState = rollout::HookState;

constexpr EnumRow<HookState, v1::HookRun::State> kHookRows[] = {
    {HookState::due, v1::HookRun::STATE_DUE},       {HookState::running, v1::HookRun::STATE_RUNNING},
    {HookState::again, v1::HookRun::STATE_AGAIN},   {HookState::done, v1::HookRun::STATE_DONE},
    {HookState::failed, v1::HookRun::STATE_FAILED}, {HookState::unknown, v1::HookRun::STATE_UNKNOWN},
    {HookState::ended, v1::HookRun::STATE_ENDED},
};

void put_call(const rollout::HookCall& call, v1::HookCall& out) {
  if (const auto* command = std::get_if<rollout::HookCommand>(&call)) {
    out.mutable_command();
    for (const std::string& word : command->words) out.mutable_command()->add_words(word);
    return;
  }
  if (const auto* job = std::get_if<rollout::HookJob>(&call)) return out.mutable_job()->set_manifest(job->manifest);
  const auto& request = std::get<rollout::HookRequest>(call);
  out.mutable_request()->set_method(request.method);
  out.mutable_request()->set_url(request.url);
  for (const auto& [name, value] : request.headers) {
    auto* header = out.mutable_request()->add_headers();
    header->set_name(name);
    header->set_value(value);
  }
}

rollout::HookRequest get_request(const v1::HookRequest& message, Intake& in) {
  rollout::HookRequest request;
  request.method = in.needed(message.method(), "hook.method");
  request.url = in.needed(message.url(), "hook.url", kValueMax);
  in.count(message.headers_size(), "hook.headers", kHeadersMax);
  for (const auto& header : message.headers())
    request.headers.emplace_back(in.needed(header.name(), "hook.headers.name"),
                                 in.text(header.value(), "hook.headers.value", kValueMax));
  return request;
}

rollout::HookCall get_call(const v1::HookCall& message, Intake& in) {
  if (message.has_request()) return get_request(message.request(), in);
  if (message.has_job()) return rollout::HookJob{in.needed(message.job().manifest(), "hook.job")};
  if (!message.has_command()) in.fail(Errc::unsupported, "hook: what it does is not known here; upgrade this side");
  rollout::HookCommand command;
  in.count(message.command().words_size(), "hook.command", kArgumentsMax);
  in.require(message.command().words_size() > 0, "hook.command", "is missing");
  for (const std::string& word : message.command().words())
    command.words.push_back(in.text(word, "hook.command", kValueMax));
  return command;
}

void put_run(const rollout::HookRun& run, v1::HookRun& out) {
  out.set_state(to_wire(kHookRows, run.state));
  out.set_order(run.order);
  out.set_tries(run.tries);
  put(run.at, *out.mutable_at());
}

rollout::HookRun get_run(const v1::HookRun& message, Intake& in) {
  return {from_wire(kHookRows, message.state(), in, "hooks.state"), in.number(message.order(), "hooks.order"),
          message.tries(), get(message.at(), in)};
}

}  // namespace

void put(const rollout::Hook& hook, v1::Hook& out) {
  out.set_name(hook.name);
  put_call(hook.call, *out.mutable_call());
  out.set_timeout_ms(hook.timeout.count());
  out.set_idempotent(hook.idempotent);
  out.set_retries(hook.retries);
  if (hook.undo) put_call(*hook.undo, *out.mutable_undo());
}

rollout::Hook get(const v1::Hook& message, Intake& in) {
  rollout::Hook hook;
  hook.name = in.needed(message.name(), "hook.name");
  hook.call = get_call(message.call(), in);
  hook.timeout = in.duration(message.timeout_ms(), "hook.timeout");
  hook.idempotent = message.idempotent();
  hook.retries = in.number32(message.retries(), "hook.retries", kRetriesMax);
  if (message.has_undo()) hook.undo = get_call(message.undo(), in);
  return hook;
}

void put(const rollout::Approval& approval, v1::Approval& out) {
  out.set_count(approval.count);
  if (approval.timeout) out.set_timeout_ms(approval.timeout->count());
  out.set_on_timeout(to_wire(kOnTimeoutRows, approval.on_timeout));
  out.set_exclude_requester(approval.exclude_requester);
}

// One that nobody has to give would be none.
rollout::Approval get(const v1::Approval& message, Intake& in) {
  rollout::Approval approval;
  approval.count = in.number32(message.count(), "approval.count", kPeopleMax);
  in.require(approval.count > 0, "approval.count", "is 0");
  if (message.has_timeout_ms()) approval.timeout = in.duration(message.timeout_ms(), "approval.timeout");
  approval.on_timeout = from_wire(kOnTimeoutRows, message.on_timeout(), in, "approval.on_timeout");
  approval.exclude_requester = message.exclude_requester();
  return approval;
}

void put_gates(const rollout::Record& record, v1::Record& out) {
  for (const rollout::ApprovalMark& mark : record.approvals) {
    auto* row = out.add_approvals();
    row->set_by(mark.by.str());
    row->set_at_ms(ms_of(mark.at));
    row->set_why(clipped(mark.why));
  }
  for (const rollout::HookMark& mark : record.hooks) {
    auto* row = out.add_hooks();
    row->set_step(mark.step);
    row->set_attempt(mark.attempt);
    put_run(mark.run, *row->mutable_run());
    put_run(mark.undo, *row->mutable_undo());
    row->set_trouble(clipped(mark.trouble));
  }
  out.set_hook_attempts(record.hook_attempts);
}

void get_gates(const v1::Record& message, rollout::Record& record, Intake& in) {
  in.count(message.approvals_size(), "approvals", kPeopleMax);
  for (const auto& row : message.approvals()) {
    record.approvals.push_back(
        {in.id<Actor>(row.by(), "approvals.by"), in.instant(row.at_ms(), "approvals.at"), in.text(row.why(), "why")});
  }
  in.count(message.hooks_size(), "hooks", kStepsMax);
  for (const auto& row : message.hooks()) {
    record.hooks.push_back({row.step(), row.attempt(), get_run(row.run(), in), get_run(row.undo(), in),
                            in.text(row.trouble(), "hooks.trouble")});
  }
  record.hook_attempts = message.hook_attempts();
}

}  // namespace depops::wire
