#include <algorithm>
#include <catch2/catch.hpp>

#include "agent/kubernetes/manifests/edit.h"
#include "agent/kubernetes/manifests/read_yaml.h"
#include "tests/contract/kubernetes_jobs/jobs_world.h"
#include "tests/contract/kubernetes_rights/site_in_cluster.h"
#include "tests/contract/runtime/kubernetes_daemon.h"
#include "tests/contract/runtime/kubernetes_stateful.h"
#include "tests/support/kubernetes/agent_login.h"

namespace depops::test {
namespace {

const kube::Resource kWorkloads{kube::ApiGroup("depops.io"), kube::ApiVersion("v1"), kube::Plural("workloads"),
                                "Workload", true};
const kube::Resource kDefinitions{kube::ApiGroup("apiextensions.k8s.io"), kube::ApiVersion("v1"),
                                  kube::Plural("customresourcedefinitions"), "CustomResourceDefinition", false};

auto runs(const agent::SetOrder& order, std::uint32_t pods) {
  return [set = order.snapshot.set, pods](const agent::RuntimeFacts& facts) {
    const auto found = std::ranges::find(facts.sets, set, &agent::SetFacts::set);
    return found != facts.sets.end() && found->ready == pods && found->running == pods && found->retiring == 0;
  };
}

void write_manifest_with_secret(KubernetesWorld& world, const agent::SetOrder& order) {
  std::string manifest = world.manifest("1.0");
  const std::string settings = "{configMapRef: {name: settings}}";
  manifest.replace(manifest.find(settings), settings.size(), settings + ", {secretRef: {name: keys}}");
  const std::string secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: keys}\nstringData: {key: x}\n";
  world.write_manifest(order, manifest + "---\n" + secret);
}

// What is to be taken over, of which autoscalers are asked about.
void run_before(KubernetesWorld& world) {
  auto read = kube::read_manifests(world.manifest("0.9"), "before.yaml");
  REQUIRE(read.ok());
  json::Value labels;
  labels.add("depops.io/site", "fra-1").add("depops.io/service", "checkout").add("depops.io/adopt", "yes");
  json::Value meta;
  meta.add("name", "checkout").add("labels", std::move(labels));
  const json::Value named = kube::with(read->at(0).body, {"metadata"}, std::move(meta));
  const auto made = world.admin().create(kDeploymentKind, world.space(), kube::with(named, {"spec", "replicas"}, 1));
  REQUIRE((made.ok() ? "" : made.failure().what) == std::string());
}

void end_what_ran_before(KubernetesWorld& world) {
  const auto there = world.admin().get(kDeploymentKind, world.key("checkout"));
  REQUIRE(there.ok());
  REQUIRE(world.admin().remove(kDeploymentKind, there->meta.key, {there->meta.uid}).ok());
  REQUIRE(comes_about([&world] { return world.all(kDeploymentKind).size() == 1; }));
}

void define_workloads(KubernetesWorld& world) {
  if (!kubernetes_server().is_real()) return;  // the fake server has the kind from the beginning
  const auto made = world.admin().create(kDefinitions, {}, deploy_manifests("workload-crd.yaml").front());
  REQUIRE((made.ok() || made.failure().already_exists()));
  REQUIRE(comes_about([&world] { return world.admin().list(kWorkloads, world.space(), {}, 1).ok(); }));
}

}  // namespace

bool comes_about(const std::function<bool()>& condition) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    kubernetes_node().settle();
  }
  return true;
}

void SiteInCluster::hold_lease() {
  std::mutex mutex;
  bool held = false;
  std::string why;
  const kube::LeaseRules rules{Millis(4'000), Millis(1'000), Millis(200), Millis(1'000)};
  const auto hold = [&] {
    const kube::LeaseOrder order{world.key("depops-agent"), kube::Holder("one"), rules, Millis(900)};
    return std::make_unique<kube::LeaseGuard>(
        connection_, clock_, order, [] { return 0.5; },
        [&](kube::Holding holding, const std::string& reason) {
          const std::lock_guard lock(mutex);
          held = holding == kube::Holding::ours, why = reason;
        });
  };
  const auto is_held = [&] {
    const std::lock_guard lock(mutex);
    return held;
  };
  auto guard = hold();
  const bool came = comes_about(is_held);
  INFO(why);
  REQUIRE(came);
  guard.reset();  // gives it back
}

void SiteInCluster::run_versions() {
  FakeNode& node = kubernetes_node();
  auto order = world.order("1.0", 2);
  order.dip = rollout::Dip{2, 1};  // so that budgets are asked about
  write_manifest_with_secret(world, order);
  world.stop_agent();
  run_before(world);
  world.start_agent();  // which sees it before it gets orders
  world.apply({1, {order}, {}});
  const auto facts = world.wait(runs(order, 2));
  node.writes(KubernetesWorld::image("1.0"), "no database\n");
  world.crash(facts.endpoints.at(0).id);
  world.wait([](const agent::RuntimeFacts& now) {
    return now.sets.at(0).trouble.find("the last it wrote: no database") != std::string::npos;
  });
  world.wait(runs(order, 2));
  end_what_ran_before(world);
}

void SiteInCluster::shrink_and_remove() {
  auto order = world.order("1.0", 1);
  order.snapshot.workload.drain = Millis(0);
  write_manifest_with_secret(world, order);
  begin_again(1);
  world.apply({1, {order}, {}});
  world.wait(runs(order, 1));
  world.apply({2, {}, {}});
  REQUIRE(comes_about([this] { return world.all(kDeploymentKind).at(0).body["spec"]["replicas"].as_int() == 0; }));
  begin_again(0);  // what the set had is there, and is looked at before it is taken again
  world.apply({1, {order}, {}});
  world.wait(runs(order, 1));
  world.apply({2, {}, {}});
  REQUIRE(comes_about([this] { return world.all(kDeploymentKind).empty(); }));
}

void SiteInCluster::begin_again(unsigned history) {
  world.stop_agent();
  world.settings.history = history;
  world.start_agent();
}

void SiteInCluster::show_workload() {
  define_workloads(world);
  kube::WorkloadBoard board(
      connection_, world.space(), [] { return 0.5; }, [](const ServiceName&, std::uint32_t) { return std::string(); },
      {Millis(20), Millis(200), Millis(200)});
  kube::WorkloadShown shown{world.key("checkout"), ServiceName("checkout"), 2};
  shown.version = "1.0";
  const auto shows = [&](std::uint32_t size) {
    shown.size = size;
    board.show({shown});
    const bool came = comes_about([&] {
      const auto read = world.admin().get(kWorkloads, shown.key);
      return read.ok() && read->body["spec"]["replicas"].as_uint() == size &&
             read->body["status"]["version"].as_string() == "1.0";
    });
    INFO(board.trouble());
    REQUIRE(came);
  };
  shows(2);
  shows(3);
}

void SiteInCluster::tell_events() {
  kube::TellerSettings settings;
  settings.site = SiteName("fra-1");
  settings.space = world.space();
  kube::EventTeller teller(settings, access_, clock_, [] { return 0.5; });
  agent::SiteView site;
  site.services.resize(1);
  auto& status = site.services[0].status;
  status.service = ServiceName("checkout");
  status.sets.resize(1);
  status.sets[0].set = world.order("1.0", 1).snapshot.set;
  teller.look(site);
  const kube::Resource events{kube::ApiGroup(""), kube::ApiVersion("v1"), kube::Plural("events"), "Event", true};
  for (int attempt = 1; attempt < 3; ++attempt) {
    status.rollout = RolloutId("r-" + std::to_string(attempt));
    teller.look(site);
  }
  const bool came = comes_about([&] {
    const auto page = world.admin().list(events, world.space(), {}, 100);
    return page.ok() && std::ranges::any_of(page->items, [](const kube::Object& event) {
             return event.body["series"]["count"].as_int() == 2;
           });
  });
  INFO(teller.trouble());
  REQUIRE(came);
}

// One that ends, and one that is wanted no more.
void SiteInCluster::run_jobs() {
  JobsWorld jobs;
  kubernetes_node().will(KubernetesWorld::image("fails"), FakeNode::Does::fails);
  const auto order = jobs.order(1, "fails");
  jobs.apply({order});
  CHECK(jobs.wait_end(order).text.find("exit 3") != std::string::npos);
  const auto other = jobs.order(2, "runs-on");
  jobs.apply({other});
  REQUIRE(jobs.runs(other));
  jobs.restart_agent();
  jobs.apply({other});
  REQUIRE(jobs.runs(other));
  jobs.apply({});
  REQUIRE(jobs.comes([&] { return jobs.jobs().size() == 1; }));
}

TEST_CASE("under exactly the role of the manifests an agent does all that it does in a namespace") {
  SiteInCluster site;
  site.hold_lease();
  site.run_versions();
  site.tell_events();
  site.run_jobs();
  site.show_workload();
  site.shrink_and_remove();
}

void run_in_place() {
  StatefulWorld world;
  const auto stable = world.order("1.0", 1);
  auto bad = world.order("3.7", 1);
  kubernetes_node().will(KubernetesWorld::image("3.7"), FakeNode::Does::image_fails);
  world.turn(1, 1, {stable});
  world.wait(runs(stable, 1));
  world.turn(2, 1, {bad});
  world.wait(says("registry.test/checkout:3.7"));
  bad.replicas = 0;
  world.turn(3, 1, {bad, stable});
  world.wait(runs(stable, 1));
  const auto next = world.order("1.1", 1);
  world.turn(4, 1, {next});
  world.wait(runs(next, 1));
}

TEST_CASE("under the roles of the manifests versions take turns in a StatefulSet") { run_in_place(); }

void run_on_nodes() {
  DaemonWorld world(DaemonWorld::Nodes::read);
  world.by_zone = true;
  const auto stable = world.order("1.0", 3);
  world.turn(1, {stable});
  world.wait(runs(stable, 3));
  const auto next = world.order("1.1", 3);
  world.turn(2, {next});
  world.wait(runs(next, 3));
}

TEST_CASE("under the roles of the manifests versions take turns on the nodes of a DaemonSet") { run_on_nodes(); }

TEST_CASE("the role of one namespace opens no other one") {
  KubernetesWorld world;
  kube::Access access(world.settings.access);
  clock::SystemClock clock;
  kube::Connection connection(access, clock);
  kube::Client agent(connection, kube::FieldManager("depops-agent"),
                     {[](Millis) { return false; }, [] { return 0.5; }});
  CHECK(agent.list(kPodKind, world.space(), {}, 1).ok());
  for (const char* other : {"default", "depops", "kube-system"})
    CHECK(agent.list(kPodKind, kube::Namespace(other), {}, 1).failure().kind == kube::FailureKind::forbidden);
  CHECK(agent.list(kPodKind, {}, {}, 1).failure().kind == kube::FailureKind::forbidden);
}

}  // namespace depops::test
