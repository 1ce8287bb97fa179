#include <algorithm>

#include "shared/manifest/read.h"

// The steps of a canary, and blue-green as a ladder of the same steps.
namespace depops::manifest {
namespace {

rollout::Pause read_pause(const Node& node) {
  rollout::Pause pause;
  if (node.find("duration") != nullptr) pause.duration = duration_at(node, "duration", Millis(0));
  return pause;
}

AnalysisStep read_analysis(const Node& node) {
  return {TemplateName(text_at(node, "template")), duration_at(node, "duration", Millis(0)), texts_at(node, "args")};
}

rollout::SetHeader read_header(const Node& node) {
  rollout::SetHeader header{text_at(node, "name"), std::nullopt};
  if (node.find("remove") != nullptr) return header;
  const bool cookie = node.find("cookie") != nullptr;
  header.match = rollout::RouteMatch{cookie ? rollout::RouteKey::cookie : rollout::RouteKey::header,
                                     text_at(node, cookie ? "cookie" : "header"), list_at(node, "values")};
  return header;
}

}  // namespace

std::vector<Step> read_steps(const Node& list, const std::string& path, std::vector<Later>& later) {
  std::vector<Step> steps;
  for (std::size_t i = 0; i < list.items.size(); ++i) {
    const Node& step = list.items[i];
    const std::string here = path + "[" + std::to_string(i) + "]";
    note(step, "playbook", here, later);
    if (step.find("setWeight") != nullptr) {
      steps.emplace_back(rollout::SetWeight{static_cast<std::uint32_t>(count_at(step, "setWeight", 0))});
    } else if (step.find("setScale") != nullptr) {
      steps.emplace_back(rollout::SetScale{count_or_percent_at(step, "setScale", {})});
    } else if (step.find("batch") != nullptr) {
      steps.emplace_back(rollout::Batch{count_or_percent_at(step, "batch", {})});
    } else if (const Node* pause = step.find("pause")) {
      steps.emplace_back(read_pause(*pause));
    } else if (const Node* analysis = step.find("analysis")) {
      steps.emplace_back(read_analysis(*analysis));
    } else if (const Node* approval = step.find("approval")) {
      steps.emplace_back(read_approval(*approval, here + ".approval", later));
    } else if (const Node* hook = step.find("hook")) {
      steps.emplace_back(read_hook(*hook));
    } else if (const Node* header = step.find("setHeader")) {
      steps.emplace_back(read_header(*header));
    }
  }
  return steps;
}

// All instances are there before the preview is looked at, unless it says how many; the switch is one weight.
Canary read_blue_green(const Node& node, const std::string& path, std::vector<Later>& later) {
  Canary canary;
  canary.ladder = rollout::Ladder::blue_green;
  if (const Node* preview = node.find("preview")) canary.steps = read_steps(*preview, path + ".preview", later);
  const bool says = !canary.steps.empty() && std::holds_alternative<rollout::SetScale>(canary.steps.front());
  if (!canary.steps.empty() && !says) canary.steps.insert(canary.steps.begin(), rollout::SetScale{{100, true}});
  canary.steps.emplace_back(rollout::SetWeight{100});
  if (const Node* after = node.find("afterSwitch")) {
    std::ranges::move(read_steps(*after, path + ".afterSwitch", later), std::back_inserter(canary.steps));
  }
  return canary;
}

void read_beside_steps(const Node& node, Canary& canary) {
  const Node* dynamic = node.find("dynamicStableScale");
  const auto is_batch = [](const Step& step) { return std::holds_alternative<rollout::Batch>(step); };
  canary.dynamic_stable_scale =
      (dynamic != nullptr && dynamic->is_true()) || std::ranges::any_of(canary.steps, is_batch);
  canary.max_surge = count_or_percent_at(node, "maxSurge", canary.max_surge);
  canary.max_unavailable = count_or_percent_at(node, "maxUnavailable", canary.max_unavailable);
  if (const Node* background = node.find("background")) {
    canary.background = BackgroundAnalysis{TemplateName(text_at(*background, "template")),
                                           static_cast<std::uint32_t>(count_at(*background, "fromStep", 1)),
                                           texts_at(*background, "args")};
  }
}

}  // namespace depops::manifest
