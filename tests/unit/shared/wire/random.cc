#include "shared/signing/signing.h"
#include "shared/wire/documents.h"
#include "tests/unit/shared/wire/samples.h"

namespace depops::test {
namespace {

template <typename T>
T pick(std::vector<T> values) {
  return *rc::gen::elementOf(values);
}

std::string any_text() { return pick<std::string>({"", "plain", "grüß dich", "line\nbreak", std::string(4'096, 'x')}); }

std::string any_name() { return pick<std::string>({"a", "checkout", "fra-1", "a0-b1-c2", std::string(63, 'n')}); }

Millis any_duration() { return Millis(*rc::gen::inRange<std::int64_t>(0, 100'000'000)); }

Instant any_instant() {
  return Instant(Millis(*rc::gen::inRange<std::int64_t>(-1'000'000'000'000, 4'000'000'000'000)));
}

std::uint64_t any_number() { return *rc::gen::inRange<std::uint64_t>(0, std::uint64_t{1} << 62); }

rollout::VersionSnapshot any_snapshot(const ServiceName& service, const EnvironmentName& environment) {
  rollout::VersionSnapshot value;
  value.service = service;
  value.environment = environment;
  value.label = VersionLabel(pick<std::string>({"1.2", "v2_rc+7", "0"}));
  value.set = SetId(service.str() + "-0123456789ab");
  value.artifact = signing::digest_of(any_text());
  value.artifact_size = any_number();
  for (int i = *rc::gen::inRange(0, 5); i > 0; --i) value.settings["NAME_" + std::to_string(i)] = any_text();
  value.workload.command = {any_text(), "-x", ""};
  value.workload.replicas = *rc::gen::inRange(0U, 1'001U);
  if (*rc::gen::arbitrary<bool>()) value.workload.limits.memory_bytes = any_number();
  if (*rc::gen::arbitrary<bool>()) value.workload.limits.open_files = *rc::gen::arbitrary<std::uint32_t>();
  value.workload.readiness.interval = any_duration();
  value.workload.drain = any_duration();
  return value;
}

rollout::Approval any_approval() {
  rollout::Approval approval{*rc::gen::inRange(1U, 21U), {}, {}, *rc::gen::arbitrary<bool>()};
  if (*rc::gen::arbitrary<bool>()) approval.timeout = any_duration();
  if (*rc::gen::arbitrary<bool>()) approval.on_timeout = rollout::Approval::OnTimeout::go_on;
  return approval;
}

rollout::HookCall any_call() {
  if (*rc::gen::arbitrary<bool>()) return rollout::HookCommand{{"/opt/migrate", any_text()}};
  if (*rc::gen::arbitrary<bool>()) return rollout::HookJob{"jobs/" + any_name() + ".yaml"};
  return rollout::HookRequest{"PUT", "http://127.0.0.1/hooks", {{"X-Team", any_text()}}};
}

rollout::Hook any_hook() {
  rollout::Hook hook{any_name(), any_call(), any_duration(), *rc::gen::arbitrary<bool>(), *rc::gen::inRange(0U, 11U),
                     {}};
  if (*rc::gen::arbitrary<bool>()) hook.undo = any_call();
  return hook;
}

rollout::Step any_step() {
  switch (*rc::gen::inRange(0, 9)) {
    case 0:
      return rollout::SetWeight{*rc::gen::inRange(0U, 101U)};
    case 1:
      return *rc::gen::arbitrary<bool>() ? rollout::Pause{} : rollout::Pause{any_duration()};
    case 2:
      return rollout::SetScale{{*rc::gen::inRange(0U, 101U), *rc::gen::arbitrary<bool>()}};
    case 3:
      return rollout::SetHeader{"preview", rollout::RouteMatch{rollout::RouteKey::cookie, "V", {"1", "2"}}};
    case 4:
      return rollout::SetHeader{"preview", std::nullopt};
    case 5:
      return any_approval();
    case 6:
      return any_hook();
    case 7:
      return rollout::Batch{{*rc::gen::inRange(0U, 101U), *rc::gen::arbitrary<bool>()}};
    default:
      break;
  }
  const auto plan = canary_plan();
  rollout::Analysis analysis = std::get<rollout::Analysis>(std::get<rollout::Canary>(plan.strategy).steps[1]);
  analysis.duration = any_duration();
  analysis.spec.metrics[0].limits.min_requests = any_number();
  analysis.spec.metrics[1].test = analysis::Conditions{any_text(), any_text()};
  return analysis;
}

}  // namespace

rc::Gen<rollout::Plan> any_plan() {
  return rc::gen::exec([] {
    rollout::Plan plan;
    plan.release = ReleaseId(any_name());
    plan.service = ServiceName(any_name());
    plan.environment = EnvironmentName(any_name());
    plan.kind = pick<rollout::ReleaseKind>({rollout::ReleaseKind::forward, rollout::ReleaseKind::rollback});
    plan.target = any_snapshot(plan.service, plan.environment);
    if (*rc::gen::arbitrary<bool>()) {
      plan.strategy = rollout::Rolling{{*rc::gen::inRange(0U, 101U), true}, {*rc::gen::inRange(0U, 1'000U), false}};
    } else {
      rollout::Canary canary;
      for (int i = *rc::gen::inRange(0, 6); i > 0; --i) canary.steps.push_back(any_step());
      canary.dynamic_stable_scale = *rc::gen::arbitrary<bool>();
      if (*rc::gen::arbitrary<bool>())
        canary.background = rollout::Background{
            std::get<rollout::Analysis>(std::get<rollout::Canary>(canary_plan().strategy).steps[1]).spec,
            *rc::gen::inRange(0U, 6U)};
      plan.strategy = canary;
    }
    plan.step_timeout = any_duration();
    plan.rollback_scope = pick<rollout::RollbackScope>(
        {rollout::RollbackScope::site, rollout::RollbackScope::wave, rollout::RollbackScope::all});
    plan.on_failure =
        pick<rollout::OnFailure>({rollout::OnFailure::rollback, rollout::OnFailure::hold, rollout::OnFailure::ask});
    plan.answer_within = any_duration() + Millis(1);
    plan.bake = any_duration();
    plan.keep_warm = any_duration();
    plan.requested_by = Actor(pick<std::string>({"", "ana", "local:root"}));
    for (int i = *rc::gen::inRange(0, 4); i > 0; --i) {
      plan.waves.push_back(
          {WaveName(any_name()), {SiteName(any_name())}, *rc::gen::arbitrary<std::uint32_t>(), any_duration()});
    }
    return plan;
  });
}

rc::Gen<rollout::Report> any_report() {
  return rc::gen::exec([]() -> rollout::Report {
    auto all = reports();
    auto& changed = std::get<rollout::RolloutChanged>(all[0]);
    changed.at = any_instant();
    changed.status.reason = any_text();
    changed.status.step = *rc::gen::arbitrary<std::uint32_t>();
    changed.status.state = static_cast<rollout::State>(*rc::gen::inRange(0, 12));
    if (*rc::gen::arbitrary<bool>()) changed.status.safe_at = any_instant();
    changed.status.approvals_needed = *rc::gen::inRange(0U, 21U);
    if (*rc::gen::arbitrary<bool>()) changed.status.approved_by = {"ana", "ben"};
    auto& judged = std::get<rollout::WindowJudged>(all[1]);
    judged.measurement.value = static_cast<double>(*rc::gen::arbitrary<std::int32_t>()) / 7;
    judged.measurement.outcome = static_cast<analysis::Outcome>(*rc::gen::inRange(0, 6));
    judged.measurement.window.canary = {any_number(), any_number()};
    std::get<rollout::Notice>(all[5]).text = any_text();
    return pick(all);
  });
}

rc::Gen<sync::Desired> any_desired() {
  return rc::gen::exec([] {
    sync::Desired value = desired();
    value.generation = Generation(any_number());
    value.issued = any_instant();
    value.targets.clear();
    for (int i = *rc::gen::inRange(0, 4); i > 0; --i) {
      sync::Target target = desired().targets[0];
      target.plan = *any_plan();
      target.plan.service = ServiceName("service-" + std::to_string(i));
      target.plan.target.service = target.plan.service;
      target.service = target.plan.service;
      target.plan_bytes = wire::encode_plan(target.plan);
      target.plan_digest = signing::digest_of(target.plan_bytes);
      value.targets.push_back(target);
    }
    return value;
  });
}

rc::Gen<sync::Run> any_run() {
  return rc::gen::exec([] {
    sync::Run run{pick<sync::Stream>({sync::Stream::events, sync::Stream::audit}),
                  Sequence(1 + *rc::gen::inRange<std::uint64_t>(0, 1'000'000)),
                  {}};
    for (int i = 1 + *rc::gen::inRange(0, 20); i > 0; --i) run.entries.push_back(*rc::gen::arbitrary<std::string>());
    return run;
  });
}

}  // namespace depops::test
