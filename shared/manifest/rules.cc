#include <algorithm>
#include <set>

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
  void weights(const Node& environment, const std::string& path);
  void metric(const Node& metric, const std::string& path);
  void condition(const Node* text, const std::string& path);

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

// A canary begins with a weight, or its first pause or analysis would look at no traffic.
void Rules::weights(const Node& environment, const std::string& path) {
  const Node* canary = environment.find("strategy")->find("canary");
  if (canary == nullptr) return;
  const Node& steps = *canary->find("steps");
  bool exposed = false;
  for (std::size_t i = 0; i < steps.items.size(); ++i) {
    const Node& step = steps.items[i];
    exposed = exposed || count_at(step, "setWeight", 0) > 0;
    if (exposed || step.find("analysis") == nullptr) continue;
    fail(step.place, path + ".strategy.canary.steps[" + std::to_string(i) + "]",
         "an analysis before the first setWeight above 0 has no traffic to look at; put setWeight before it");
  }
}

void Rules::metric(const Node& metric, const std::string& path) {
  condition(metric.find("successWhen"), path + ".successWhen");
  condition(metric.find("failWhen"), path + ".failWhen");
  const Node* scrape = metric.find("provider")->find("scrape");
  const bool test = metric.find("test") != nullptr;
  if (scrape != nullptr && test && (scrape->find("requests") == nullptr || scrape->find("errors") == nullptr)) {
    fail(scrape->place, path + ".provider.scrape", "the errors test needs both \"requests\" and \"errors\"");
  }
  if (scrape != nullptr && !test && scrape->find("value") == nullptr && scrape->find("requests") == nullptr) {
    fail(scrape->place, path + ".provider.scrape", "a condition needs \"value\", or \"requests\" and \"errors\"");
  }
}

// One with {{arguments}} can be judged only once they have values.
void Rules::condition(const Node* text, const std::string& path) {
  if (text == nullptr || text->text.find("{{") != std::string::npos) return;
  const auto condition = analysis::Condition::compile(text->text);
  if (!condition) fail(text->place, path, "expression " + quoted(text->text) + ", " + condition.error().what);
}

}  // namespace

void check_pipeline(const Node& document, const std::string& file, std::vector<Diagnostic>& found) {
  Rules rules(file, found);
  const Node& environments = *document.find("spec")->find("environments");
  rules.names_differ(environments, "spec.environments");
  rules.promotion(environments);
  for (std::size_t i = 0; i < environments.items.size(); ++i) {
    const std::string path = "spec.environments[" + std::to_string(i) + "]";
    rules.weights(environments.items[i], path);
    if (const Node* waves = environments.items[i].find("waves")) rules.names_differ(*waves, path + ".waves");
  }
}

void check_analysis_template(const Node& document, const std::string& file, std::vector<Diagnostic>& found) {
  Rules rules(file, found);
  const Node& metrics = *document.find("spec")->find("metrics");
  rules.names_differ(metrics, "spec.metrics");
  for (std::size_t i = 0; i < metrics.items.size(); ++i) {
    rules.metric(metrics.items[i], "spec.metrics[" + std::to_string(i) + "]");
  }
}

}  // namespace depops::manifest
