#pragma once

#include <optional>
#include <string>
#include <vector>

#include "shared/analysis/spec.h"
#include "shared/base/names.h"
#include "shared/manifest/pipeline.h"

namespace depops::manifest {

// One metric as written: texts may still hold {{argument}}.
struct MetricEntry {
  Place place;
  analysis::MetricSpec spec;
  bool operator==(const MetricEntry&) const = default;
};

// An AnalysisTemplate file as values: what to watch and when it says no.
struct AnalysisTemplate {
  TemplateName name;
  std::vector<std::string> args;  // names that every use must give a value
  std::vector<MetricEntry> metrics;
  std::vector<Later> later;
  bool operator==(const AnalysisTemplate&) const = default;
};

}  // namespace depops::manifest
