#include "tests/contract/kubernetes_jobs/jobs_world.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "agent/kubernetes/manifests/job_objects.h"

namespace depops::test {

JobsWorld::JobsWorld() : access_(cluster.settings.access) {
  cluster.stop_agent();
  settings.site = cluster.settings.site;
  settings.artifacts_dir = cluster.settings.artifacts_dir;
  settings.notes_dir = cluster.settings.artifacts_dir + "-notes";
  settings.policy = cluster.settings.policy;
  settings.errand.first_look = settings.errand.longest_pause = Millis(100);
  std::filesystem::create_directories(settings.notes_dir);
  start_agent();
}

JobsWorld::~JobsWorld() {
  if (hooks_ != nullptr) hooks_->stop();
  hooks_.reset();
  for (const kube::Object& job : jobs()) remove(job);
}

void JobsWorld::start_agent() {
  agent::SiteHooksSettings hooks{settings.notes_dir, {}, {}};
  hooks.jobs = agent::make_cluster_jobs(settings, access_, clock_);
  hooks_ = agent::make_site_hooks(std::move(hooks));
  hooks_->start([this](agent::HookFacts facts) {
    const std::lock_guard lock(mutex_);
    facts_ = std::move(facts);
    changed_.notify_all();
  });
}

void JobsWorld::stop_agent() {
  hooks_->stop();
  hooks_.reset();
  const std::lock_guard lock(mutex_);
  facts_ = {};
}

std::string JobsWorld::job(const std::string& image) const {
  return R"(apiVersion: batch/v1
kind: Job
metadata: {name: run}
spec:
  template:
    spec:
      restartPolicy: Never
      terminationGracePeriodSeconds: 1
      containers:
      - name: run
        image: )" +
         KubernetesWorld::image(image) + "\n        envFrom: [{configMapRef: {name: settings}}]\n";
}

agent::HookOrder JobsWorld::order(std::uint64_t number, const std::string& image, Millis timeout) {
  agent::HookOrder order;
  order.service = ServiceName("checkout");
  order.order = number;
  order.key = "r-1/2/" + std::to_string(number);
  order.call = rollout::HookJob{"jobs/run.yaml"};
  order.timeout = timeout;
  order.about = {{"service", "checkout"}, {number == 0 ? "metric" : "hook", "migrate"}};
  order.version = cluster.order("1.0", 1).snapshot;
  write_job(order, job(image));
  return order;
}

agent::HookOrder JobsWorld::rehearsal(const std::string& file) {
  agent::HookOrder order = this->order(0, "runs-on");
  order.key = "r-1/rehearsal/1";
  order.call = agent::JobRehearsal{{{"step 3: hook migrate", "migrate", {file}, Millis(60'000)}}};
  return order;
}

void JobsWorld::write_job(const agent::HookOrder& order, const std::string& text) {
  const std::string& digest = order.version->artifact.str();
  const std::filesystem::path folder = settings.artifacts_dir + "/" + digest.substr(digest.find(':') + 1) + "/jobs";
  std::filesystem::create_directories(folder);
  std::ofstream(folder / "run.yaml") << text;
}

void JobsWorld::pods_will(const std::string& image, FakeNode::Does does) {
  kubernetes_node().will(KubernetesWorld::image(image), does);
}

std::string JobsWorld::name_of(const agent::HookOrder& order) const {
  return kube::job_name(settings.site, order.service, {order.key, order.order, "migrate", order.timeout, {}});
}

void JobsWorld::apply(std::vector<agent::HookOrder> orders) { hooks_->apply({std::move(orders)}); }

rollout::HookFact JobsWorld::told_of(const agent::HookOrder& order) const {
  const auto fact = std::ranges::find_if(facts_.runs, [&](const agent::HookRunFacts& run) {
    return run.fact.order == order.order && (order.order != 0 || run.fact.key == order.key);
  });
  return fact == facts_.runs.end() ? rollout::HookFact() : fact->fact;
}

rollout::HookFact JobsWorld::fact_of(const agent::HookOrder& order) {
  const std::lock_guard lock(mutex_);
  return told_of(order);
}

rollout::HookFact JobsWorld::wait_end(const agent::HookOrder& order) {
  std::unique_lock lock(mutex_);
  REQUIRE(changed_.wait_for(lock, std::chrono::seconds(90),
                            [&] { return told_of(order).outcome != rollout::HookOutcome::running; }));
  return told_of(order);
}

void JobsWorld::is_done_once(const agent::HookOrder& order) {
  apply({order});
  const auto fact = wait_end(order);
  INFO(fact.text);
  CHECK(fact.outcome == rollout::HookOutcome::done);
  CHECK(jobs().size() == 1);
  CHECK(pods().size() == 1);
}

bool JobsWorld::comes(const std::function<bool()>& condition) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    kubernetes_node().settle();
  }
  return true;
}

bool JobsWorld::runs(const agent::HookOrder& order) {
  const std::string name = name_of(order);
  return comes([&] {
    const auto all = pods();
    return std::ranges::any_of(all, [&](const kube::Object& pod) {
      return pod.body["metadata"]["labels"]["job-name"].as_string() == name &&
             pod.body["status"]["phase"].as_string() == "Running";
    });
  });
}

std::optional<kube::Object> JobsWorld::find(const agent::HookOrder& order) {
  auto there = cluster.admin().get(kJobKind, cluster.key(name_of(order)));
  if (!there.ok()) return std::nullopt;
  return *there;
}

void JobsWorld::remove(const kube::Object& job) {
  const auto removed = cluster.admin().remove(kJobKind, job.meta.key, {job.meta.uid});
  CHECK((removed.ok() || removed.failure().kind == kube::FailureKind::not_found));
}

}  // namespace depops::test
