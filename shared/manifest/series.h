#pragma once

#include <optional>
#include <string>
#include <vector>

#include "shared/analysis/run.h"
#include "shared/manifest/diagnostic.h"
#include "shared/manifest/node.h"

namespace depops::manifest {

// Recorded windows and the test that is to judge them, as `depops analysis judge` reads them: the words of a metric in
// an AnalysisTemplate (test or conditions, interval, limits) and `windows`, one after another.
struct Series {
  analysis::MetricSpec metric;
  std::vector<analysis::Input> windows;
};

struct ParsedSeries {
  std::optional<Series> series;  // there if and only if there is no diagnostic
  std::vector<Diagnostic> diagnostics;
};

// Judges the one tree of `file` by the schema's definition "series" and by what a schema can not say: counts that fit
// together, and windows that hold what the test needs.
ParsedSeries judge_series(const std::vector<Node>& documents, const Node& schema, const std::string& file);

}  // namespace depops::manifest
