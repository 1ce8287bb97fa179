#include "agent/kubernetes/jobs/cluster_jobs.h"

#include <cctype>
#include <utility>

#include "agent/kubernetes/jobs/rehearse.h"
#include "agent/kubernetes/manifests/load.h"

namespace depops::agent {
namespace {

namespace kube = kubernetes;

// The hook's or the metric's name.
std::string what_of(const HookOrder& order) {
  for (const auto& [name, value] : order.about) {
    if (name == "hook" || name == "metric") return value;
  }
  return "job";
}

kube::JobRun run_of(const HookOrder& order, const std::string& what, Millis timeout) {
  kube::JobRun run{order.key, order.order, what, timeout, {{"IDEMPOTENCY_KEY", order.key}}};
  for (const auto& [name, value] : order.about) {
    std::string variable = "DEPOPS_" + name;
    for (char& c : variable) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    run.variables[variable] = value;
  }
  return run;
}

kube::JobRun run_of(const HookOrder& order) { return run_of(order, what_of(order), order.timeout); }

rollout::HookFact not_taken(const rollout::ShownJob& shown, const kube::Failure& failure) {
  const std::string what = shown.who + ": the cluster does not take the Job of " + shown.job.manifest + ": ";
  if (!failure.is_final()) return {0, rollout::HookOutcome::unknown, failure.what};
  const bool wrong = failure.kind == kube::FailureKind::invalid;
  return {0, rollout::HookOutcome::no_end,
          what + failure.what + (wrong ? "; correct the file, in another version" : "")};
}

class ClusterJobs : public JobRunner {
 public:
  ClusterJobs(ClusterJobsSettings settings, kube::Access& access, const ports::Clock& clock)
      : settings_(std::move(settings)),
        access_(access),
        clock_(clock),
        notes_(settings_.notes_dir),
        janitor_(access, clock, settings_.site, settings_.policy.space, notes_, settings_.log, settings_.janitor) {}

  rollout::HookFact run(const HookOrder& order, const Patience& patience) override {
    auto objects = objects_for(order, std::get<rollout::HookJob>(order.call), run_of(order));
    if (!objects.ok()) return {0, rollout::HookOutcome::no_end, objects.error().what};
    kube::Connection connection(access_, clock_);
    kube::Errand errand(connection, notes_, std::move(*objects), patience, settings_.errand);
    rollout::HookFact fact = errand.carry_out(order.timeout);
    if (errand.unsure()) janitor_.look_again();
    return fact;
  }

  rollout::HookFact rehearse(const HookOrder& order, const Patience& patience) override {
    kube::Connection connection(access_, clock_);
    kube::Client client(connection, kube::kOurManager,
                        {[&patience](Millis time) { return patience.wait(time, Wish::stay); }, [] { return 0.5; }});
    for (const rollout::ShownJob& shown : std::get<JobRehearsal>(order.call).jobs) {
      const auto objects = objects_for(order, shown.job, run_of(order, shown.name, shown.timeout));
      if (!objects.ok()) return {0, rollout::HookOutcome::no_end, shown.who + ": " + objects.error().what};
      if (const auto failure = kube::rehearse(client, *objects)) return not_taken(shown, *failure);
    }
    return {0, rollout::HookOutcome::done, {}};
  }

  void tidy(const HookOrders& orders) override {
    std::set<kube::ObjectName> wanted;
    for (const HookOrder& order : orders.hooks) {
      if (std::holds_alternative<rollout::HookJob>(order.call))
        wanted.insert(kube::ObjectName(kube::job_name(settings_.site, order.service, run_of(order))));
    }
    janitor_.keep(std::move(wanted));
  }

 private:
  Result<kube::JobObjects> objects_for(const HookOrder& order, const rollout::HookJob& call,
                                       const kube::JobRun& run) const {
    rollout::VersionSnapshot file = *order.version;
    file.manifests = rollout::Manifests{{call.manifest}};
    DEPOPS_TRY(const auto job, kube::load_manifests(settings_.artifacts_dir, file));
    DEPOPS_TRY(const auto manifests, kube::load_manifests(settings_.artifacts_dir, *order.version));
    return kube::job_objects(job, manifests, *order.version, run, settings_.site, settings_.policy);
  }

  const ClusterJobsSettings settings_;
  kube::Access& access_;
  const ports::Clock& clock_;
  const kube::JobNotes notes_;
  kube::Janitor janitor_;
};

}  // namespace

std::unique_ptr<JobRunner> make_cluster_jobs(ClusterJobsSettings settings, kube::Access& access,
                                             const ports::Clock& clock) {
  return std::make_unique<ClusterJobs>(std::move(settings), access, clock);
}

}  // namespace depops::agent
