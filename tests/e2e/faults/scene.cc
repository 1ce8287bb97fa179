#include "tests/e2e/faults/scene.h"

#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/e2e/faults/hook.h"
#include "tests/e2e/stage/small_disk.h"

namespace depops::faults {
namespace {

constexpr const char* kNames[] = {"fra-1", "sin-1", "ams-1", "gru-1"};
constexpr std::size_t kReplicas = 2;
constexpr int kRequestsPerSecond = 50;
constexpr stage::Seconds kFirst{60};

std::string environment(const stage::Stage& stage, const std::string& name) {
  const std::string hook = stage::Site::hooks_folder(stage) + "/migrate";
  return "    - name: " + name + "\n      settings: {STARTS: " + stage::Site::starts_file(stage, name) +
         "}\n      strategy:\n        canary:\n          stepTimeout: 5m\n          steps:\n"
         "            - setWeight: 50\n            - hook: {name: migrate, command: [" +
         hook + ", up], undo: {command: [" + hook +
         ", back]}}\n            - setWeight: 100\n      rollback: {scope: wave}\n";
}

std::string documents(const stage::Stage& stage, std::size_t sites) {
  std::string text = std::string("apiVersion: depops/v1\nkind: Pipeline\nmetadata: {name: ") + stage::kService +
                     "}\nspec:\n  workload:\n    process:\n      command: [bin/start]\n      portVariable: PORT\n"
                     "      readiness: {http: {path: /ready}, interval: 200ms, timeout: 2s}\n      replicas: " +
                     std::to_string(kReplicas) +
                     "\n      drain: 2s\n      limits: {openFiles: 4096}\n  environments:\n";
  for (std::size_t i = 0; i < sites; ++i) text += environment(stage, kNames[i]);
  return text;
}

std::uint16_t port_of(const std::string& url) {
  return static_cast<std::uint16_t>(std::stoul(url.substr(url.rfind(':') + 1)));
}

std::string hook_log(const stage::Stage& stage, const std::string& site) {
  return stage::Site::hooks_folder(stage) + "/log-" + site;
}

}  // namespace

std::string write_hook(const stage::Stage& stage) {
  const std::string folder = stage::Site::hooks_folder(stage);
  std::filesystem::create_directories(folder);
  const std::string path = folder + "/migrate";
  std::ofstream(path) << "#!/bin/sh\necho \"$1 $IDEMPOTENCY_KEY\" >> " << hook_log(stage, "$DEPOPS_SITE") << "\n";
  ::chmod(path.c_str(), 0700);
  return path;
}

std::vector<std::string> hook_runs(const stage::Site& site) {
  std::vector<std::string> runs;
  std::istringstream lines(stage::read_file(hook_log(site.stage(), site.name())));
  for (std::string line; std::getline(lines, line);) runs.push_back(line);
  return runs;
}

Scene::Scene(const std::string& name, Cast cast) : cast_(std::move(cast)) {
  stage::Setting setting = cast_.stage;
  if (cast_.roads) {
    setting.hub_road = [this](stage::Stage& stage) {
      hub_road_ = road_to(stage, "hub", true);
      return hub_road_->url();
    };
  }
  stage_ = std::make_unique<stage::Stage>(name, std::move(setting));
  ledger_ = std::make_unique<Ledger>(*stage_);
  write_hook(*stage_);
  for (std::size_t i = 0; i < cast_.sites; ++i) stage_->depops({"env", "create", kNames[i], "--tier", "production"});
  stage_->apply(documents(*stage_, cast_.sites));
  for (std::size_t i = 0; i < cast_.sites; ++i) set_up(i);
  const std::string first = begin();
  for (auto& site : sites_) site->start_haproxy();
  completed(first, kFirst);
  for (auto& site : sites_) site->start_stream(kRequestsPerSecond);
}

std::unique_ptr<Proxy> Scene::road_to(stage::Stage& stage, const std::string& who, bool for_hub) const {
  auto& papers = stage.certificates();
  papers.issue("infra", "road-of-" + who);
  ProxySettings settings;
  settings.port = stage.ports().take();
  settings.broker_port = port_of(stage.broker_url(for_hub));
  settings.here = {papers.file("road-of-" + who + ".pem"), papers.file("road-of-" + who + ".key"),
                   papers.file(for_hub ? "infra-ca.pem" : "sites-ca.pem")};
  settings.there = {papers.file(who + ".pem"), papers.file(who + ".key"), papers.file("infra-ca.pem")};
  settings.seed = cast_.seed;
  return std::make_unique<Proxy>(std::move(settings));
}

void Scene::set_up(std::size_t number) {
  auto site = std::make_unique<stage::Site>(*stage_, kNames[number], kNames[number]);
  if (cast_.site_disk_mebibytes > 0) stage::mount_small_disk(site->folder("state"), cast_.site_disk_mebibytes);
  if (cast_.roads) {
    roads_.push_back(road_to(*stage_, site->name(), false));
    site->go_by(roads_.back()->url());
  }
  site->set_up(cast_.agent);
  ledger_->watch(*site);
  sites_.push_back(std::move(site));
}

void Scene::do_mischief(const Mischief& mischief) {
  hub_road_->do_mischief(mischief, mischief);
  for (auto& road : roads_) road->do_mischief(mischief, mischief);
}

Tally Scene::tally() const {
  Tally all;
  for (const auto& road : roads_) {
    all.add(road->up());
    all.add(road->down());
  }
  all.add(hub_road_->up());
  all.add(hub_road_->down());
  return all;
}

std::string Scene::publish() {
  const std::string label = "1." + std::to_string(versions_++);
  stage_->publish(label);
  return label;
}

void Scene::begun(const std::string& label, const std::string& deployment, std::size_t number) {
  deployments_[label].push_back(deployment);
  Planned& planned = ledger_->planned(site(number));
  planned.starts[label] = kReplicas;
  planned.stable = label;
  if (planned.starts.size() > 1) ++planned.hooks;  // a first deployment has no steps
}

std::string Scene::begin() {
  const std::string label = publish();
  for (std::size_t i = 0; i < sites(); ++i) begun(label, stage_->deploy(label, site(i).environment()), i);
  return label;
}

std::string Scene::deployment_of(const std::string& label) {
  const json::Value all = stage_->depops({"get", "deployments", "--limit", "0"});
  for (const json::Value& one : all["items"].items())
    if (one["version"].as_string() == label) return one["id"].as_string();
  return "";
}

std::size_t Scene::deployments_of(const std::string& label) {
  const json::Value all = stage_->depops({"get", "deployments", "--limit", "0"});
  return static_cast<std::size_t>(std::ranges::count_if(
      all["items"].items(), [&](const json::Value& one) { return one["version"].as_string() == label; }));
}

bool Scene::ended(const std::string& label) {
  return std::ranges::all_of(deployments_.at(label),
                             [this](const std::string& id) { return stage::has_ended(stage_->deployment(id)); });
}

void Scene::completed(const std::string& label, stage::Seconds most) {
  for (const std::string& id : deployments_.at(label)) {
    const json::Value ended = stage_->wait_for_end(id, most);
    if (ended["state"].as_string() != "completed")
      throw stage::Trouble(label + ": " + ended["state"].as_string() + ", " + ended["reason"].as_string());
    ledger_->note();
  }
}

}  // namespace depops::faults
