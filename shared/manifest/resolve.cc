#include "shared/manifest/resolve.h"

#include <algorithm>

#include "shared/analysis/condition.h"
#include "shared/analysis/run.h"
#include "shared/manifest/diagnostic.h"
#include "shared/manifest/read.h"
#include "shared/rollout/batch.h"

namespace depops::manifest {
namespace {

Result<void> refuse_later(const std::vector<Later>& later) {
  if (later.empty()) return {};
  const Later& first = later.front();
  return Error{Errc::refused, first.what + " (line " + std::to_string(first.place.line) +
                                  ") comes with a later version and can not be left out silently; "
                                  "remove it from the file to go on without it"};
}

// Puts values in for every {{name}}.
Result<std::string> filled(const std::string& text, const std::vector<std::string>& known,
                           const std::map<std::string, std::string>& args) {
  std::string result;
  std::size_t at = 0;
  for (std::size_t open = text.find("{{"); open != std::string::npos; open = text.find("{{", at)) {
    const std::size_t close = text.find("}}", open);
    if (close == std::string::npos) return Error{Errc::invalid, "{{ without }} in " + quoted(text)};
    const std::string name = text.substr(open + 2, close - open - 2);
    const auto value = args.find(name);
    if (value == args.end()) {
      const std::string near = nearest(name, known);
      return Error{Errc::invalid, "no argument " + quoted(name) +
                                      (near.empty() ? "" : "; did you mean " + quoted(near) + "?") +
                                      "; list it under spec.args and give it a value at the step"};
    }
    result += text.substr(at, open - at) + value->second;
    at = close + 2;
  }
  return result + text.substr(at);
}

Result<void> check_condition(const char* key, const std::string& text) {
  if (text.empty()) return {};
  const auto condition = analysis::Condition::compile(text);
  if (!condition) return condition.error().in(std::string(key) + " " + quoted(text));
  return {};
}

using Fill = std::function<Result<void>(std::string&)>;

// The texts of a provider that may hold arguments.
struct ProviderFiller {
  const Fill& fill;
  const Fill& fill_query;  // leaves what the agent gives
  Result<void> operator()(analysis::HaproxyProvider&) const { return {}; }
  Result<void> operator()(analysis::ScrapeProvider& scrape) const {
    return all(fill, {&scrape.path, &scrape.requests, &scrape.errors, &scrape.value, &scrape.histogram});
  }
  Result<void> operator()(analysis::PrometheusProvider& prometheus) const {
    DEPOPS_TRY_VOID(fill(prometheus.url));
    if (!prometheus.url.empty()) DEPOPS_TRY_VOID(check_url(prometheus.url));
    return all(fill_query, {&prometheus.query, &prometheus.requests, &prometheus.errors, &prometheus.histogram});
  }
  Result<void> operator()(analysis::HttpProvider& http) const {
    DEPOPS_TRY_VOID(all(fill_query, {&http.url, &http.value, &http.requests, &http.errors}));
    return check_url(http.url);
  }
  Result<void> operator()(analysis::CommandProvider& command) const {
    for (std::string& argument : command.arguments) DEPOPS_TRY_VOID(fill_query(argument));
    return fill(command.program);
  }
  Result<void> operator()(analysis::WorkloadProvider&) const { return {}; }
  Result<void> operator()(analysis::LogsProvider& logs) const {
    for (std::string& text : logs.any_of) DEPOPS_TRY_VOID(fill(text));
    return {};
  }
  Result<void> operator()(analysis::JobProvider& job) const { return fill(job.manifest); }

 private:
  static Result<void> check_url(const std::string& url) {
    const std::string trouble = trouble_with_url(url);
    return trouble.empty() ? Result<void>() : Error{Errc::invalid, "url: " + trouble};
  }
  static Result<void> all(const Fill& with, std::initializer_list<std::string*> texts) {
    for (std::string* text : texts) DEPOPS_TRY_VOID(with(*text));
    return {};
  }
};

Result<analysis::MetricSpec> filled_metric(const AnalysisTemplate& from, const MetricEntry& entry,
                                           const std::map<std::string, std::string>& args) {
  analysis::MetricSpec spec = entry.spec;
  const Fill fill = [&](std::string& text) -> Result<void> {
    DEPOPS_TRY(text, filled(text, from.args, args));
    return {};
  };
  std::map<std::string, std::string> and_by_agent = args;
  for (const char* name : {"set", "version"}) and_by_agent[name] = "{{" + std::string(name) + "}}";
  const Fill fill_query = [&](std::string& text) -> Result<void> {
    DEPOPS_TRY(text, filled(text, from.args, and_by_agent));
    return {};
  };
  DEPOPS_TRY_VOID(std::visit(ProviderFiller{fill, fill_query}, spec.provider));
  if (auto* conditions = std::get_if<analysis::Conditions>(&spec.test)) {
    DEPOPS_TRY_VOID(fill(conditions->success_when));
    DEPOPS_TRY_VOID(fill(conditions->fail_when));
    DEPOPS_TRY_VOID(check_condition("successWhen", conditions->success_when));
    DEPOPS_TRY_VOID(check_condition("failWhen", conditions->fail_when));
  }
  return spec;
}

Result<analysis::AnalysisSpec> resolved(const TemplateName& name, const FindTemplate& find,
                                        std::map<std::string, std::string> args,
                                        const std::map<std::string, std::string>& given) {
  const AnalysisTemplate* found = find(name);
  if (found == nullptr) {
    return Error{Errc::not_found,
                 "no AnalysisTemplate " + quoted(name.str()) + " is known; apply the file that holds it first"};
  }
  args.insert(given.begin(), given.end());
  return to_spec(*found, args);
}

struct AsItIs {
  rollout::Step operator()(const AnalysisStep&) const { return rollout::Analysis{}; }
  template <typename Step>
  rollout::Step operator()(const Step& step) const {
    return step;
  }
};

Result<rollout::Step> to_step(const Step& step, const FindTemplate& find,
                              const std::map<std::string, std::string>& given) {
  const auto* wanted = std::get_if<AnalysisStep>(&step);
  if (wanted == nullptr) return std::visit(AsItIs{}, step);
  DEPOPS_TRY(analysis::AnalysisSpec spec, resolved(wanted->analysis_template, find, wanted->args, given));
  return rollout::Step(rollout::Analysis{std::move(spec), wanted->duration});
}

// Readings that do not come from the router are kept by the metric's name.
Result<void> check_names(const rollout::Canary& canary) {
  for (std::size_t i = 0; i < canary.steps.size(); ++i) {
    const auto* inline_one = std::get_if<rollout::Analysis>(&canary.steps[i]);
    if (inline_one == nullptr) continue;
    for (const analysis::MetricSpec& metric : inline_one->spec.metrics) {
      if (std::holds_alternative<analysis::HaproxyProvider>(metric.provider)) continue;
      for (const analysis::MetricSpec& beside : canary.background->spec.metrics) {
        if (beside.name != metric.name) continue;
        return Error{Errc::invalid, "metric " + quoted(metric.name.str()) + " is in step " + std::to_string(i + 1) +
                                        " and in the background analysis; give one of them another name"};
      }
    }
  }
  return {};
}

// Where requests go while a step is taken.
struct Exposure {
  std::uint32_t weight = 0;
  std::vector<std::string> routes;

  void pass(const rollout::Step& step) {
    constexpr std::uint32_t kMany =
        100;  // so that a batch is what it is of many: something, and all of them only as 100%
    weight = rollout::share_asked(step, kMany).value_or(weight);
    const auto* header = std::get_if<rollout::SetHeader>(&step);
    if (header == nullptr) return;
    std::erase(routes, header->name);
    if (header->match) routes.push_back(header->name);
  }
};

Result<void> check_metric(const analysis::MetricSpec& metric, const Exposure& exposure, rollout::Ladder ladder) {
  const bool switched = ladder == rollout::Ladder::blue_green && exposure.weight == 100;
  if (switched && analysis::compares(metric.test)) {
    return Error{Errc::invalid,
                 "all requests go to the new version by then, there is nothing to compare with; give it "
                 "successWhen, failWhen or burnRate, or put the step before the switch"};
  }
  const bool nothing = exposure.weight == 0 && exposure.routes.empty();
  if (!nothing || !std::holds_alternative<analysis::HaproxyProvider>(metric.provider)) return {};
  return Error{Errc::invalid,
               "it counts requests, and none go to the new version yet; put setWeight or setHeader "
               "before the step, or use another provider"};
}

// An analysis that could never see anything is refused before it makes people wait.
Result<void> check_exposure(const rollout::Canary& canary) {
  Exposure exposure;
  for (std::size_t i = 0; i < canary.steps.size(); ++i) {
    exposure.pass(canary.steps[i]);
    const auto* wanted = std::get_if<rollout::Analysis>(&canary.steps[i]);
    if (wanted == nullptr) continue;
    for (const analysis::MetricSpec& metric : wanted->spec.metrics) {
      if (const auto checked = check_metric(metric, exposure, canary.ladder); !checked)
        return checked.error().in("step " + std::to_string(i + 1) + ", metric " + metric.name.str());
    }
  }
  return {};
}

Result<void> add_background(const BackgroundAnalysis& wanted, const FindTemplate& find,
                            const std::map<std::string, std::string>& given, rollout::Canary& canary) {
  DEPOPS_TRY(analysis::AnalysisSpec spec, resolved(wanted.analysis_template, find, wanted.args, given));
  canary.background = rollout::Background{std::move(spec), wanted.from_step - 1};
  return check_names(canary);
}

}  // namespace

Result<void> check_supported(const Pipeline& pipeline, const Environment& environment) {
  DEPOPS_TRY_VOID(refuse_later(pipeline.later));
  return refuse_later(environment.later);
}

Result<analysis::AnalysisSpec> to_spec(const AnalysisTemplate& from, const std::map<std::string, std::string>& args) {
  const std::string place = "AnalysisTemplate " + from.name.str();
  if (const auto supported = refuse_later(from.later); !supported) return supported.error().in(place);
  for (const std::string& name : from.args) {
    if (args.contains(name)) continue;
    return Error{Errc::invalid, place + ": needs the argument " + quoted(name) + "; give it under args at the step"};
  }
  analysis::AnalysisSpec spec{from.name, {}};
  for (const MetricEntry& entry : from.metrics) {
    auto metric = filled_metric(from, entry, args);
    if (!metric) return metric.error().in(place + ", metric " + entry.spec.name.str());
    spec.metrics.push_back(std::move(*metric));
  }
  return spec;
}

Result<rollout::Strategy> to_strategy(const Environment& environment, const FindTemplate& find,
                                      const std::map<std::string, std::string>& given) {
  DEPOPS_TRY_VOID(refuse_later(environment.later));
  if (const auto* rolling = std::get_if<rollout::Rolling>(&environment.strategy)) return rollout::Strategy(*rolling);
  const auto& written = std::get<Canary>(environment.strategy);
  rollout::Canary canary;
  for (const Step& step : written.steps) {
    DEPOPS_TRY(rollout::Step resolved, to_step(step, find, given));
    canary.steps.push_back(std::move(resolved));
  }
  canary.dynamic_stable_scale = written.dynamic_stable_scale;
  canary.ladder = written.ladder;
  DEPOPS_TRY_VOID(check_exposure(canary));
  canary.max_surge = written.max_surge;
  canary.max_unavailable = written.max_unavailable;
  if (written.background) DEPOPS_TRY_VOID(add_background(*written.background, find, given, canary));
  return rollout::Strategy(std::move(canary));
}

Result<void> check_resolved(const Pipeline& pipeline, const FindTemplate& find) {
  const std::string place = "Pipeline " + pipeline.service.str();
  for (const Environment& environment : pipeline.environments) {
    if (const auto good = check_supported(pipeline, environment); !good) return good.error().in(place);
    const auto strategy =
        to_strategy(environment, find, {{"service", pipeline.service.str()}, {"environment", environment.name.str()}});
    if (!strategy) return strategy.error().in(place + ", environment " + environment.name.str());
  }
  return {};
}

Result<rollout::ProcessWorkload> to_workload(const Pipeline& pipeline, const Environment& environment) {
  if (!pipeline.process) {
    return Error{Errc::refused, "spec.workload of " + pipeline.service.str() +
                                    " has no process; other workloads come with a later version"};
  }
  rollout::ProcessWorkload workload = *pipeline.process;
  workload.replicas = environment.replicas.value_or(workload.replicas);
  return workload;
}

std::uint32_t concurrency(const rollout::CountOrPercent& max_concurrent, std::size_t sites) noexcept {
  const std::uint64_t share = (std::uint64_t{max_concurrent.value} * sites + 99) / 100;
  const std::uint64_t wanted = max_concurrent.percent ? share : max_concurrent.value;
  return static_cast<std::uint32_t>(std::clamp<std::uint64_t>(wanted, 1, std::max<std::uint64_t>(sites, 1)));
}

}  // namespace depops::manifest
