#pragma once

#include <functional>
#include <map>
#include <string>

#include "shared/analysis/spec.h"
#include "shared/base/result.h"
#include "shared/manifest/analysis_template.h"
#include "shared/manifest/pipeline.h"
#include "shared/rollout/plan.h"

// From what a file says to what a plan holds. Refuses what this version does not act upon yet (`Later`), with the
// place, and never leaves it out silently. Errors: refused (comes later), not_found (template), invalid.
namespace depops::manifest {

using FindTemplate = std::function<const AnalysisTemplate*(const TemplateName&)>;

// "environments[1].approvals (line 14) comes with a later version ...", if the pipeline as a whole or this environment
// holds such a thing.
Result<void> check_supported(const Pipeline& pipeline, const Environment& environment);

// Argument values put into the template's texts. `args` may hold more than the template asks for.
Result<analysis::AnalysisSpec> to_spec(const AnalysisTemplate& from, const std::map<std::string, std::string>& args);

// Every analysis step with its template filled in; `given` are values every template may use (service, environment).
Result<rollout::Strategy> to_strategy(const Environment& environment, const FindTemplate& find,
                                      const std::map<std::string, std::string>& given);

// Whether every environment can be resolved with the templates that `find` knows. Error: the first that can not, with
// its pipeline and environment.
Result<void> check_resolved(const Pipeline& pipeline, const FindTemplate& find);

// The workload with the environment's overrides.
Result<rollout::ProcessWorkload> to_workload(const Pipeline& pipeline, const Environment& environment);

// What runs beside it, in the proportion that the pipeline declares.
std::map<std::string, rollout::ProcessWorkload> to_companions(const Pipeline& pipeline, const Environment& environment);

bool selects(const SiteSelector& selector, const SiteName& site, const std::map<std::string, std::string>& labels);

// At least 1, at most `sites` (if there are any); percentages are rounded up.
std::uint32_t concurrency(const rollout::CountOrPercent& max_concurrent, std::size_t sites) noexcept;

}  // namespace depops::manifest
