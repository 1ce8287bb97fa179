#include "tests/contract/kubernetes_rollout/rolled_site.h"

#include <poll.h>
#include <stdlib.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <fstream>
#include <set>

#include "agent/kubernetes/manifests/load.h"
#include "agent/kubernetes/manifests/version_objects.h"
#include "shared/json/write.h"
#include "tests/contract/kubernetes/fake_server.h"
#include "tests/contract/kubernetes_rollout/rolled_agent.h"
#include "tests/support/kubernetes/fake_daemon.h"

namespace depops::test {
namespace {

const kube::Resource kDefinitionKind{kube::ApiGroup("apiextensions.k8s.io"), kube::ApiVersion("v1"),
                                     kube::Plural("customresourcedefinitions"), "CustomResourceDefinition", false};

std::string digits(const std::string& label) { return std::string(12 - label.size(), '0') + label; }

rollout::Plan plan_of(const std::string& label, bool in_place) {
  rollout::Plan plan;
  plan.service = plan.target.service = kRolledService;
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
  if (in_place) plan.strategy = rollout::Rolling{{0, false}, {1, false}};
  return plan;
}

void make_object(const kube::Resource& resource, const kube::Namespace& space, const std::string& text) {
  const auto made = Visitor(admin(), "a-person")->create(resource, space, parsed(text));
  INFO((made.ok() ? "" : made.failure().what));
  REQUIRE((made.ok() || made.failure().already_exists()));
}

}  // namespace

std::string rolled_set(const std::string& label) { return "checkout-" + digits(label); }

RolledSite::RolledSite(std::uint64_t seed, World world)
    : space_(fresh_namespace()),
      world_(world),
      rules_(space_.str(), kRolledReplicas, kRolledDrain),
      asked_rules_(space_.str()),
      life_(space_.str(), seed, world.slow) {
  fake_server().run_controllers(!world.slow);
  fake_server().look_after_each([this](const FakeObjects& objects) { rules_.look(objects); });
  fake_server().hear_each([this](const FakeAsked& asked, int status, bool answered, const FakeObjects& objects) {
    asked_rules_.hear(asked, status, answered, objects);
  });
  if (world.leased) asked_rules_.leased(kRolledAgent);
  std::string pattern = std::filesystem::temp_directory_path() / "depops-rolled-XXXXXX";
  dir_ = ::mkdtemp(pattern.data());
  const std::string there = R"("namespace":")" + space_.str() + "\",";
  const auto placed = [&](std::string text) { return text.insert(text.find("\"metadata\":{") + 12, there); };
  make_object(kDefinitionKind, {}, http_route().definition);
  make_object(http_route().resource, space_, placed(http_route().object));
  make_object(service_switch().resource, space_, placed(service_switch().object));
  desired_.site = kRolledSite;
  desired_.site_epoch = SiteEpoch(1);
  desired_.hub_epoch = HubEpoch(1);
  for (unsigned i = 0; world_.daemon && i < kRolledReplicas; ++i) add_node();
  start_agent();
}

RolledSite::~RolledSite() {
  rival_.reset();
  process_.reset();
  fake_server().look_after_each({});
  fake_server().hear_each({});
  std::filesystem::remove_all(dir_);
}

// The version's files, as a hub would have brought them.
void RolledSite::bring(const std::string& label) {
  const std::string digest = plan_of(label, in_place()).target.artifact.str();
  const auto folder = dir_ / digest.substr(digest.find(':') + 1);
  std::filesystem::create_directories(folder);
  std::ofstream(folder / "app.yaml")
      << "apiVersion: apps/v1\nkind: "
      << (world_.daemon     ? "DaemonSet"
          : world_.stateful ? "StatefulSet"
                            : "Deployment")
      << "\nmetadata: {name: checkout}\nspec:\n"
         "  selector: {matchLabels: {app: checkout}}\n  template:\n    metadata: {labels: {app: checkout}}\n"
         "    spec: {"
      << (world_.daemon ? "nodeSelector: {world: " + space_.str() + "}, " : "")
      << "containers: [{name: web, image: 'registry.test/checkout:" << label
      << "', ports: [{containerPort: 8080}], envFrom: [{configMapRef: {name: settings}}]}]}\n"
         "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {colour: '"
      << label << "'}\n";
}

void RolledSite::deploy(const std::string& label, const Changes& changes) {
  bring(label);
  desired_.generation = desired_.generation.next();
  sync::Target target;
  target.service = kRolledService;
  target.rollout = RolloutId("r-" + std::to_string(desired_.generation.value()));
  target.deployment = DeploymentId("d-" + target.rollout.str());
  target.epoch = desired_.generation;
  target.plan = plan_of(label, in_place());
  target.plan_digest = Digest("sha256:" + label);
  if (changes) changes(target);
  const std::string target_name = target.rollout.str();
  desired_.targets = {std::move(target)};
  desired_.issued = process_->clock.now().wall;
  desired_.not_after = desired_.issued + std::chrono::hours(72);
  REQUIRE(becomes([&] { return process_->begun; }));
  process_->driver->post(agent::DesiredArrived{"generation " + target_name, desired_, "", ""});
}

Result<agent::AnswerVerb> RolledSite::ask(rollout::Verb verb, std::optional<std::uint32_t> replicas) {
  agent::LocalVerb asked;
  asked.service = kRolledService;
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
  tend_agent();
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
  if (!process_->begun) return text + " the agent waits for the lease";
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
  rules([&](const ClusterRules& now) { what = now.broken().empty() ? asked_rules_.broken() : now.broken(); });
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

std::string RolledSite::row() {
  std::map<std::string, std::string> found;
  fake_server().change([&](const FakeObjects& objects) {
    objects.each(kPodsOfFake, [&](const json::Value& pod) {
      const json::Value& meta = pod["metadata"];
      if (meta["namespace"].as_string() != space_.str() || !meta["deletionTimestamp"].is_null()) return;
      found[pod["spec"]["nodeName"].as_string()] = meta["labels"]["depops.io/set"].as_string();
    });
  });
  std::string text;
  for (const auto& [node, set] : found) text += set.empty() ? "-" : set.substr(set.size() - 1);
  return text;
}

void RolledSite::add_node() {
  const std::string name = space_.str() + "-" + std::to_string(++nodes_);
  const json::Value node = parsed(R"({"apiVersion":"v1","kind":"Node","metadata":{"name":")" + name +
                                  R"(","labels":{"world":")" + space_.str() + "\"}}}");
  fake_server().change([&](FakeObjects& objects) { (void)objects.create(kFakeNodes, "", node, "a-person"); });
}

std::string RolledSite::attachment_of(const std::string& label) {
  bring(label);
  const rollout::VersionSnapshot target = plan_of(label, in_place()).target;
  kube::Policy policy;
  policy.space = space_;
  const auto objects = kube::version_objects(*kube::load_manifests(dir_, target), target, kRolledSite, policy);
  REQUIRE(objects.ok());
  return objects->attachments.at(0)["metadata"]["name"].as_string();
}

std::string RolledSite::left_behind(const std::string& label) {
  std::string left;
  std::set<std::string> sets;
  const auto look = [&](const FakeObjects& objects, const FakeKind& kind, const auto& wanted) {
    objects.each(kind, [&](const json::Value& one) {
      const json::Value& meta = one["metadata"];
      if (meta["namespace"].as_string() != space_.str() || wanted(one)) return;
      left += (left.empty() ? "" : ", ") + kind.kind + " " + meta["name"].as_string();
    });
  };
  const std::string is = rolled_set(label);
  fake_server().change([&](const FakeObjects& objects) {
    look(objects, kDeploymentsOfFake, [&](const json::Value& one) {
      const std::string& set = one["metadata"]["labels"]["depops.io/set"].as_string();
      sets.insert(set);
      return set == is || (one["spec"]["replicas"].as_int() == 0 && sets.size() <= kRolledHistory + 1);
    });
    look(objects, kServicesOfFake, [&](const json::Value& one) {
      return one["metadata"]["labels"]["depops.io/set"].is_null() || one["metadata"]["name"].as_string() == is;
    });
    look(objects, kConfigMapsOfFake, [&](const json::Value& one) {
      const json::Value& labels = one["metadata"]["labels"];
      const auto& owners = one["metadata"]["ownerReferences"].items();  // a kept template: it goes with that
      const std::string by = owners.size() == 1 ? owners.front()["kind"].as_string() : "";
      if (by == "ControllerRevision" || by == "DaemonSet") return true;
      return labels["depops.io/set"].is_null() || sets.contains(labels["depops.io/set"].as_string());
    });
    look(objects, kRoutesOfFake, [&](const json::Value& one) {
      return std::ranges::all_of(one["spec"]["rules"].items(), [&](const json::Value& rule) {
        return std::ranges::all_of(rule["backendRefs"].items(), [&](const json::Value& backend) {
          const std::string& name = backend["name"].as_string();
          return name == is || !name.starts_with("checkout-");
        });
      });
    });
  });
  return left;
}

std::int64_t RolledSite::weight(const std::string& label) {
  std::int64_t weight = 0;
  rules([&](const ClusterRules& now) { weight = now.weight(rolled_set(label)); });
  return weight;
}

rollout::RolloutStatus RolledSite::status() {
  if (!process_->begun) return {};
  const auto view = process_->driver->status();
  if (!view.ok() || view->services.empty()) return {};
  return view->services.front().status;
}

bool RolledSite::has_ended() {
  const rollout::RolloutStatus now = status();
  return now.rollout == desired_.targets.front().rollout && rollout::is_ended(now.state);
}

}  // namespace depops::test
