#include <algorithm>

#include "shared/rollout/draft.h"

// What a router that divides requests can not do, compared with what the plan asks of it.
namespace depops::rollout {
namespace {

std::string not_judged(const analysis::AnalysisSpec& spec) {
  const auto at_haproxy = [](const analysis::MetricSpec& metric) {
    return std::holds_alternative<analysis::HaproxyProvider>(metric.provider);
  };
  const auto found = std::ranges::find_if(spec.metrics, at_haproxy);
  if (found == spec.metrics.end()) return {};
  return "metric " + found->name.str() + " of analysis " + spec.name.str() +
         " counts requests at HAProxy, and the router here counts none; give it another provider, like prometheus or "
         "scrape";
}

std::string not_divided(std::uint32_t percent) {
  if (percent == 0 || percent == 100) return {};
  return "setWeight " + std::to_string(percent) +
         ": the router here moves all requests at once; use blueGreen, or give the site a router that divides";
}

std::string not_forced(const SetHeader& step, const View& view) {
  if (!step.match) return {};
  const bool cookie = step.match->key == RouteKey::cookie;
  if (cookie ? view.cookies : view.headers) return {};
  return std::string("setHeader ") + step.name + ": the router here leads no requests by a " +
         (cookie ? (view.headers ? "cookie; use a header" : "cookie; leave it out") : "header; leave it out");
}

std::string not_for(const Step& step, const View& view) {
  const auto* weight = std::get_if<SetWeight>(&step);
  if (weight != nullptr && view.all_at_once) return not_divided(weight->percent);
  if (std::holds_alternative<Batch>(step) && view.all_at_once)
    return "batch: the router here moves all requests at once; use blueGreen";
  if (const auto* header = std::get_if<SetHeader>(&step)) return not_forced(*header, view);
  const auto* analysis = std::get_if<Analysis>(&step);
  return analysis != nullptr && !view.counted ? not_judged(analysis->spec) : std::string();
}

}  // namespace

std::string beyond_router(const Draft& draft) {
  const View& view = draft.view();
  if (!view.weights || draft.record().strategy_skipped || draft.plan().kind == ReleaseKind::rollback) return {};
  const auto* canary = std::get_if<Canary>(&draft.plan().strategy);
  if (canary == nullptr) {
    const bool turns = view.all_at_once && draft.record().stable;
    return turns ? "rolling: the router here moves all requests at once; use blueGreen" : std::string();
  }
  for (std::size_t i = 0; i < canary->steps.size(); ++i) {
    const std::string why = not_for(canary->steps[i], view);
    if (!why.empty()) return "step " + std::to_string(i + 1) + ": " + why;
  }
  return canary->background && !view.counted ? not_judged(canary->background->spec) : std::string();
}

}  // namespace depops::rollout
