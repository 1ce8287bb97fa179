#include <algorithm>
#include <set>

#include "shared/analysis/burn.h"
#include "shared/analysis/condition.h"
#include "shared/manifest/read.h"
#include "shared/manifest/schema_check.h"

// What a schema can not say.
namespace depops::manifest {
namespace {

class Rules {
 public:
  Rules(const std::string& file, std::vector<Diagnostic>& found) : file_(file), found_(found) {}

  void fail(Place place, const std::string& path, std::string message) {
    found_.push_back({file_, place, path, std::move(message)});
  }

  // The entries of `list` must have different names.
  void names_differ(const Node& list, const std::string& path) {
    std::set<std::string> seen;
    for (std::size_t i = 0; i < list.items.size(); ++i) {
      const Node& name = *list.items[i].find("name");
      if (seen.insert(name.text).second) continue;
      fail(name.place, path + "[" + std::to_string(i) + "].name",
           quoted(name.text) + " is there twice; names must differ");
    }
  }

  void promotion(const Node& environments);
  void workload(const Node& spec);
  void jobs(const Node& node, const std::string& path);
  void metric(const Node& metric, const std::string& path);
  void burn_windows(const Node& burn, const std::string& path);
  void condition(const Node* text, const std::string& path);
  void arguments(const Node& spec);

 private:
  const std::string& file_;
  std::vector<Diagnostic>& found_;
};

// Versions travel forward: an environment takes them from one that stands before it.
void Rules::promotion(const Node& environments) {
  std::vector<std::string> before{"build"};
  for (std::size_t i = 0; i < environments.items.size(); ++i) {
    const Node& environment = environments.items[i];
    const Node* promote = environment.find("promote");
    const Node* from = promote == nullptr ? nullptr : promote->find("from");
    if (from != nullptr && std::find(before.begin(), before.end(), from->text) == before.end()) {
      const std::string near = nearest(from->text, before);
      const std::string remedy =
          near.empty() ? "; there are: " + listed(before, ", ") : "; did you mean " + quoted(near) + "?";
      fail(from->place, "spec.environments[" + std::to_string(i) + "].promote.from",
           "no environment " + quoted(from->text) + " stands before this one" + remedy);
    }
    before.push_back(text_at(environment, "name"));
  }
}

// A version is a process or manifests, at every place where the file speaks of it.
void Rules::workload(const Node& spec) {
  const std::string& kind = spec.find("workload")->keys.front().name;
  const auto same_kind = [&](const Node& node, const std::string& path) {
    for (const Key& key : node.keys) {
      if (key.name == kind) continue;
      fail(key.place, path + "." + key.name,
           "the workload is " + quoted(kind) + " (spec.workload); write " + quoted(kind) + " here, too");
    }
  };
  if (const Node* companions = spec.find("companions")) {
    for (std::size_t i = 0; i < companions->items.size(); ++i)
      same_kind(companions->items[i], "spec.companions." + companions->keys[i].name);
  }
  const std::vector<Node>& environments = spec.find("environments")->items;
  for (std::size_t i = 0; i < environments.size(); ++i) {
    const Node* workload = environments[i].find("workload");
    if (workload != nullptr) same_kind(*workload, "spec.environments[" + std::to_string(i) + "].workload");
    if (kind == "process")
      jobs(*environments[i].find("strategy"), "spec.environments[" + std::to_string(i) + "].strategy");
  }
}

// A Job is one of the manifests of a version; a process brings none.
void Rules::jobs(const Node& node, const std::string& path) {
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    const bool keyed = node.is(Node::Kind::map);
    const std::string here = keyed ? path + "." + node.keys[i].name : path + "[" + std::to_string(i) + "]";
    if (keyed && node.keys[i].name == "job")
      fail(node.keys[i].place, here, "only a version made of manifests (spec.workload.kubernetes) brings Jobs");
    if (!keyed || node.keys[i].name != "job") jobs(node.items[i], here);
  }
}

void Rules::metric(const Node& metric, const std::string& path) {
  condition(metric.find("successWhen"), path + ".successWhen");
  condition(metric.find("failWhen"), path + ".failWhen");
  check_source(metric, file_, path, found_);
  const Node* test = metric.find("test");
  const Node* burn = test == nullptr ? nullptr : test->find("burnRate");
  if (burn != nullptr) burn_windows(*burn, path + ".test.burnRate");
}

void Rules::burn_windows(const Node& burn, const std::string& path) {
  const analysis::BurnSettings defaults;
  const Millis longer = duration_at(burn, "longWindow", defaults.long_window);
  if (duration_at(burn, "shortWindow", defaults.short_window) <= longer) return;
  fail(burn.place, path,
       "shortWindow is longer than longWindow; both must burn too fast, so it must be the shorter one");
}

// One with {{arguments}} can be judged only once they have values.
void Rules::condition(const Node* text, const std::string& path) {
  if (text == nullptr || text->text.find("{{") != std::string::npos) return;
  const auto condition = analysis::Condition::compile(text->text);
  if (!condition) fail(text->place, path, "expression " + quoted(text->text) + ", " + condition.error().what);
}

bool asks_for_versions(const Node& metric) {
  const Node& provider = *metric.find("provider");
  return provider.find("prometheus") != nullptr || provider.find("http") != nullptr ||
         provider.find("command") != nullptr;
}

// {{set}} and {{version}} are given by the agent where it asks for each version.
void Rules::arguments(const Node& spec) {
  const Node* names = spec.find("args");
  const std::vector<Node>& metrics = spec.find("metrics")->items;
  if (names == nullptr || std::none_of(metrics.begin(), metrics.end(), asks_for_versions)) return;
  for (std::size_t i = 0; i < names->items.size(); ++i) {
    const Node& name = names->items[i];
    if (name.text != "set" && name.text != "version") continue;
    fail(name.place, "spec.args[" + std::to_string(i) + "]",
         quoted(name.text) + " is given by the agent, for each version apart; choose another name");
  }
}

}  // namespace

void check_pipeline(const Node& document, const std::string& file, std::vector<Diagnostic>& found) {
  Rules rules(file, found);
  const Node& environments = *document.find("spec")->find("environments");
  rules.names_differ(environments, "spec.environments");
  rules.promotion(environments);
  rules.workload(*document.find("spec"));
  for (std::size_t i = 0; i < environments.items.size(); ++i) {
    const std::string path = "spec.environments[" + std::to_string(i) + "]";
    check_steps(environments.items[i], file, path, found);
    if (const Node* waves = environments.items[i].find("waves")) rules.names_differ(*waves, path + ".waves");
  }
}

void check_analysis_template(const Node& document, const std::string& file, std::vector<Diagnostic>& found) {
  Rules rules(file, found);
  const Node& metrics = *document.find("spec")->find("metrics");
  rules.names_differ(metrics, "spec.metrics");
  rules.arguments(*document.find("spec"));
  for (std::size_t i = 0; i < metrics.items.size(); ++i) {
    rules.metric(metrics.items[i], "spec.metrics[" + std::to_string(i) + "]");
  }
}

}  // namespace depops::manifest
