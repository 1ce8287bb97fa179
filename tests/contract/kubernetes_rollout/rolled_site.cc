#include "tests/contract/kubernetes_rollout/rolled_site.h"

#include <poll.h>
#include <stdlib.h>

#include <catch2/catch.hpp>
#include <fstream>

#include "agent/kubernetes/access/access.h"
#include "shared/json/write.h"
#include "tests/contract/kubernetes/fake_server.h"

namespace depops::test {
namespace {

const SiteName kSite("fra-1");
const ServiceName kCheckout("checkout");
const kube::Resource kDefinitionKind{kube::ApiGroup("apiextensions.k8s.io"), kube::ApiVersion("v1"),
                                     kube::Plural("customresourcedefinitions"), "CustomResourceDefinition", false};

std::string digits(const std::string& label) { return std::string(12 - label.size(), '0') + label; }

rollout::Plan plan_of(const std::string& label) {
  rollout::Plan plan;
  plan.service = plan.target.service = kCheckout;
  plan.environment = plan.target.environment = EnvironmentName("production");
  plan.target.label = VersionLabel(label);
  plan.target.set = SetId(rolled_set(label));
  plan.target.artifact = Digest("sha256:" + std::string(52, 'a') + digits(label));
  plan.target.manifests = rollout::Manifests{{"app.yaml"}};
  plan.target.workload.replicas = kRolledReplicas;
  plan.target.workload.drain = kRolledDrain;
  rollout::Canary canary;
  canary.steps = {rollout::SetWeight{25}, rollout::SetWeight{50}, rollout::Pause{Millis(100)}};
  plan.strategy = canary;
  return plan;
}

void make_object(const kube::Resource& resource, const kube::Namespace& space, const std::string& text) {
  const auto made = Visitor(admin(), "a-person")->create(resource, space, parsed(text));
  INFO((made.ok() ? "" : made.failure().what));
  REQUIRE((made.ok() || made.failure().already_exists()));
}

kube::ObjectRouterSettings bindings_in(const kube::Namespace& space, const std::string& rule) {
  kube::ObjectRouterSettings settings;
  settings.space = space;
  settings.bindings[kCheckout] = {kube::ObjectName("shop"), rule, kube::ObjectName("checkout"), 80, "8080"};
  return settings;
}

}  // namespace

std::string rolled_set(const std::string& label) { return "checkout-" + digits(label); }

// What dies with an agent.
struct RolledSite::Process {
  Process(RolledSite& site, agent::KubernetesSettings settings)
      : access(admin()),
        connection(access, clock),
        runtime(agent::make_kubernetes_runtime(std::move(settings), clock)),
        router(http_route().make(bindings_in(site.space_, http_route().rule), connection, clock)),
        journal(site.disk_, [](const agent::OutboxRow&) { return std::string("entry"); }) {
    agent::Settings made;
    made.site = kSite;
    made.router = router->capabilities();
    driver = std::make_unique<agent::Driver>(made, agent::Parts{clock, journal, *runtime, *router, artifacts, metrics,
                                                                hooks, hub, [](const std::string&) {}, [] {}});
  }
  ~Process() {
    driver->stop();
    router->stop();
    runtime->stop();
  }

  clock::SystemClock clock;
  kube::Access access;
  kube::Connection connection;
  std::unique_ptr<agent::Runtime> runtime;
  std::unique_ptr<agent::Router> router;
  HaveArtifacts artifacts;
  NothingMeasured metrics;
  NothingHooked hooks;
  NoHub hub;
  MemoryJournal journal;
  std::unique_ptr<agent::Driver> driver;
};

RolledSite::RolledSite(std::uint64_t seed)
    : space_(fresh_namespace()), rules_(space_.str(), kRolledReplicas, kRolledDrain), life_(space_.str(), seed) {
  fake_server().run_controllers();
  fake_server().look_after_each([this](const FakeObjects& objects) { rules_.look(objects); });
  std::string pattern = std::filesystem::temp_directory_path() / "depops-rolled-XXXXXX";
  dir_ = ::mkdtemp(pattern.data());
  const std::string there = R"("namespace":")" + space_.str() + "\",";
  const auto placed = [&](std::string text) { return text.insert(text.find("\"metadata\":{") + 12, there); };
  make_object(kDefinitionKind, {}, http_route().definition);
  make_object(http_route().resource, space_, placed(http_route().object));
  make_object(service_switch().resource, space_, placed(service_switch().object));
  desired_.site = kSite;
  desired_.site_epoch = SiteEpoch(1);
  desired_.hub_epoch = HubEpoch(1);
  start_agent();
}

RolledSite::~RolledSite() {
  process_.reset();
  fake_server().look_after_each({});
  std::filesystem::remove_all(dir_);
}

void RolledSite::start_agent() {
  agent::KubernetesSettings settings;
  settings.site = kSite;
  settings.artifacts_dir = dir_;
  settings.access = admin();
  settings.policy.space = space_;
  process_ = std::make_unique<Process>(*this, std::move(settings));
  const auto again = [this](const std::string& bytes) {
    process_->driver->post(agent::DesiredArrived{bytes, desired_, "", ""});
  };
  REQUIRE(process_->driver->start(again).ok());
}

void RolledSite::restart_agent() {
  process_.reset();
  start_agent();
}

void RolledSite::deploy(const std::string& label, const Changes& changes) {
  const std::string digest = plan_of(label).target.artifact.str();
  const auto folder = dir_ / digest.substr(digest.find(':') + 1);
  std::filesystem::create_directories(folder);
  std::ofstream(folder / "app.yaml")
      << "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: checkout}\nspec:\n"
         "  selector: {matchLabels: {app: checkout}}\n  template:\n    metadata: {labels: {app: checkout}}\n"
         "    spec: {containers: [{name: web, image: 'registry.test/checkout:"
      << label
      << "', ports: [{containerPort: 8080}], envFrom: [{configMapRef: {name: settings}}]}]}\n"
         "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {colour: '"
      << label << "'}\n";
  desired_.generation = desired_.generation.next();
  sync::Target target;
  target.service = kCheckout;
  target.rollout = RolloutId("r-" + std::to_string(desired_.generation.value()));
  target.deployment = DeploymentId("d-" + target.rollout.str());
  target.epoch = desired_.generation;
  target.plan = plan_of(label);
  target.plan_digest = Digest("sha256:" + label);
  if (changes) changes(target);
  const std::string target_name = target.rollout.str();
  desired_.targets = {std::move(target)};
  desired_.issued = process_->clock.now().wall;
  desired_.not_after = desired_.issued + std::chrono::hours(72);
  process_->driver->post(agent::DesiredArrived{"generation " + target_name, desired_, "", ""});
}

Result<agent::AnswerVerb> RolledSite::ask(rollout::Verb verb, std::optional<std::uint32_t> replicas) {
  agent::LocalVerb asked;
  asked.service = kCheckout;
  asked.command.id = CommandId("c-" + std::to_string(++asked_));
  asked.command.verb = verb;
  asked.command.actor = Actor("local:ana");
  asked.command.given_at = process_->clock.now().wall;
  asked.command.replicas = replicas;
  return process_->driver->ask(std::move(asked));
}

bool RolledSite::becomes(const std::function<bool()>& condition) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes(1);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    turn();
  }
  return true;
}

void RolledSite::turn() {
  fake_server().change([this](FakeObjects& objects) { life_.go_on(objects); });
  ::poll(nullptr, 0, 10);
}

void RolledSite::rules(const std::function<void(ClusterRules&)>& change) {
  fake_server().change([&](FakeObjects&) { change(rules_); });
}

void RolledSite::life(const std::function<void(ClusterLife&)>& change) {
  fake_server().change([&](FakeObjects&) { change(life_); });
}

std::string RolledSite::story() {
  std::string text = broken();
  const auto view = process_->driver->status();
  if (!view.ok()) return text + " " + view.error().what;
  for (const agent::ServiceView& service : view->services) {
    text += " " + service.status.phase + ": " + service.status.reason + "; waits for " + service.waiting_for;
    for (const std::string& intent : service.intents) text += "; " + intent;
  }
  const auto requests = fake_server().requests();
  for (std::size_t i = requests.size() - std::min<std::size_t>(requests.size(), 12); i < requests.size(); ++i)
    text += "; " + requests[i];
  for (const auto& [set, count] : pods()) text += "; " + set + " " + std::to_string(count) + " pods";
  fake_server().change([&](const FakeObjects& objects) {
    objects.each(kRoutesOfFake, [&](const json::Value& route) {
      if (route["metadata"]["namespace"].as_string() == space_.str()) text += "; " + json::write(route);
    });
  });
  return text;
}

std::string RolledSite::broken() {
  std::string what;
  rules([&](const ClusterRules& now) { what = now.broken(); });
  return what;
}

std::map<std::string, unsigned> RolledSite::pods() {
  std::map<std::string, unsigned> found;
  fake_server().change([&](const FakeObjects& objects) {
    objects.each(kPodsOfFake, [&](const json::Value& pod) {
      const json::Value& meta = pod["metadata"];
      if (meta["namespace"].as_string() == space_.str()) ++found[meta["labels"]["depops.io/set"].as_string()];
    });
  });
  return found;
}

std::int64_t RolledSite::weight(const std::string& label) {
  std::int64_t weight = 0;
  rules([&](const ClusterRules& now) { weight = now.weight(rolled_set(label)); });
  return weight;
}

rollout::RolloutStatus RolledSite::status() {
  const auto view = process_->driver->status();
  if (!view.ok() || view->services.empty()) return {};
  return view->services.front().status;
}

bool RolledSite::has_ended() {
  const rollout::RolloutStatus now = status();
  return now.rollout == desired_.targets.front().rollout && rollout::is_ended(now.state);
}

}  // namespace depops::test
