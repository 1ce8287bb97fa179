#include "shared/manifest/scenario.h"

#include <algorithm>
#include <iterator>

#include "shared/manifest/quantity.h"
#include "shared/manifest/read.h"
#include "shared/manifest/schema.h"

namespace depops::manifest {
namespace {

std::optional<Millis> duration_of(const Node& map, const char* key) {
  const Node* node = map.find(key);
  return node == nullptr ? std::nullopt : parse_duration(node->text);
}

std::optional<double> number_of(const Node& map, const char* key) {
  return map.find(key) == nullptr ? std::nullopt : std::optional<double>(number_at(map, key, 0));
}

std::map<std::string, Level> read_values(const Node& map) {
  std::map<std::string, Level> values;
  const Node* node = map.find("values");
  for (std::size_t i = 0; node != nullptr && i < node->keys.size(); ++i) {
    values[node->keys[i].name] = {number_at(node->items[i], "mean", 0), number_at(node->items[i], "spread", 0)};
  }
  return values;
}

ScenarioVersion read_version(const Node& node) {
  ScenarioVersion version;
  Behaviour& behaviour = version.behaviour;
  version.label = VersionLabel(text_at(node, "version"));
  behaviour.ready_after = duration_at(node, "readyAfter", behaviour.ready_after);
  const Node* never = node.find("neverReady");
  behaviour.never_ready = never != nullptr && never->is_true();
  behaviour.error_share = number_at(node, "errorShare", 0);
  behaviour.response_time = duration_at(node, "responseTime", behaviour.response_time);
  behaviour.crash_after = duration_of(node, "crashAfter");
  behaviour.values = read_values(node);
  return version;
}

BehaviourChange read_change(const Node& node) {
  BehaviourChange change;
  change.ready_after = duration_of(node, "readyAfter");
  if (const Node* never = node.find("neverReady")) change.never_ready = never->is_true();
  change.error_share = number_of(node, "errorShare");
  change.response_time = duration_of(node, "responseTime");
  change.crash = static_cast<std::uint32_t>(count_at(node, "crash", 0));
  change.values = read_values(node);
  return change;
}

ScenarioEvent read_event(const Node& node) {
  ScenarioEvent event;
  event.at = duration_at(node, "at", Millis(0));
  if (node.find("verb") != nullptr) {
    event.verb = ScenarioVerb{rollout::verb_named(text_at(node, "verb")).value_or(rollout::Verb::pause),
                              Actor(text_at(node, "by", "a person")), text_at(node, "reason")};
    if (node.find("replicas") != nullptr)
      event.verb->replicas = static_cast<std::uint32_t>(count_at(node, "replicas", 1));
  }
  event.rps = number_of(node, "rps");
  if (const Node* router = node.find("router")) event.router = router->text == "reachable";
  if (const Node* hooks = node.find("hooks")) event.hooks = hooks->text == "working";
  if (const Node* target = node.find("target")) event.target = read_change(*target);
  if (const Node* stable = node.find("stable")) event.stable = read_change(*stable);
  return event;
}

Expected read_expected(const Node& node) {
  Expected expected;
  expected.state = rollout::state_named(text_at(node, "state")).value_or(rollout::State::completed);
  expected.pause = text_at(node, "pause");
  expected.within = duration_of(node, "within");
  if (node.find("failedRequests") != nullptr) expected.failed_requests = count_at(node, "failedRequests", 0);
  expected.saying = text_at(node, "saying");
  return expected;
}

Scenario read_scenario(const Node& document) {
  Scenario scenario;
  const Node& spec = *document.find("spec");
  scenario.name = text_at(*document.find("metadata"), "name");
  scenario.service = ServiceName(text_at(spec, "service"));
  if (spec.find("replicas") != nullptr) scenario.replicas = static_cast<std::uint32_t>(count_at(spec, "replicas", 1));
  scenario.rps = number_at(spec, "rps", 0);
  scenario.match_share = number_at(spec, "matchShare", scenario.match_share);
  scenario.artifact_after = duration_at(spec, "artifactAfter", scenario.artifact_after);
  if (const Node* stable = spec.find("stable")) scenario.stable = read_version(*stable);
  scenario.target = read_version(*spec.find("target"));
  scenario.limit = duration_at(spec, "limit", scenario.limit);
  scenario.seed = count_at(spec, "seed", scenario.seed);
  if (const Node* expect = spec.find("expect")) scenario.expect = read_expected(*expect);
  const Node* events = spec.find("events");
  for (std::size_t i = 0; events != nullptr && i < events->items.size(); ++i) {
    scenario.events.push_back(read_event(events->items[i]));
  }
  std::stable_sort(scenario.events.begin(), scenario.events.end(),
                   [](const ScenarioEvent& left, const ScenarioEvent& right) { return left.at < right.at; });
  return scenario;
}

// What a schema can not say: what is written must be able to happen.
void check_event(const Node& event, const std::string& path, const Scenario& scenario, const std::string& file,
                 std::vector<Diagnostic>& found) {
  const Node& at = *event.find("at");
  if (duration_at(event, "at", Millis(0)) > scenario.limit) {
    found.push_back({file, at.place, path + ".at",
                     "is " + at.text + ", after the limit of " + write_duration(scenario.limit) +
                         ": it would never happen; raise spec.limit"});
  }
  constexpr const char* kChanges[] = {"verb", "rps", "router", "hooks", "target", "stable"};
  if (std::none_of(std::begin(kChanges), std::end(kChanges), [&](const char* key) { return event.find(key); })) {
    found.push_back({file, event.place, path, "changes nothing; write verb, rps, router, hooks, target or stable"});
  }
  const Node* stable = event.find("stable");
  if (stable != nullptr && !scenario.stable) {
    found.push_back({file, stable->place, path + ".stable", "there is no stable version; write spec.stable"});
  }
  for (const char* key : {"by", "reason"}) {
    const Node* said = event.find(key);
    if (said == nullptr || event.find("verb") != nullptr) continue;
    found.push_back({file, said->place, path + "." + key, "belongs to a verb, and there is none; write verb"});
  }
  const Node* replicas = event.find("replicas");
  if (replicas != nullptr && text_at(event, "verb") != "scale")
    found.push_back({file, replicas->place, path + ".replicas", "belongs to the verb scale; write verb: scale"});
}

void check_scenario(const Node& document, const Scenario& scenario, const std::string& file,
                    std::vector<Diagnostic>& found) {
  const Node& spec = *document.find("spec");
  const Node* events = spec.find("events");
  for (std::size_t i = 0; events != nullptr && i < events->items.size(); ++i) {
    check_event(events->items[i], "spec.events[" + std::to_string(i) + "]", scenario, file, found);
  }
  const Node* expect = spec.find("expect");
  const Node* within = expect == nullptr ? nullptr : expect->find("within");
  if (within != nullptr && scenario.expect->within > scenario.limit) {
    found.push_back({file, within->place, "spec.expect.within",
                     "is longer than the limit of " + write_duration(scenario.limit) + "; raise spec.limit"});
  }
}

}  // namespace

ParsedScenario judge_scenario(const std::vector<Node>& documents, const Node& schema, const std::string& file) {
  ParsedScenario parsed;
  if (documents.size() != 1) {
    parsed.diagnostics.push_back(
        {file, {}, "", "must hold one Scenario, this holds " + std::to_string(documents.size()) + " documents"});
    return parsed;
  }
  parsed.meant = text_at(documents.front(), "kind") == "Scenario";
  parsed.diagnostics = check_as(schema, "scenario", documents.front(), file);
  if (!parsed.diagnostics.empty()) return parsed;
  Scenario scenario = read_scenario(documents.front());
  check_scenario(documents.front(), scenario, file, parsed.diagnostics);
  if (parsed.diagnostics.empty()) parsed.scenario = std::move(scenario);
  return parsed;
}

}  // namespace depops::manifest
