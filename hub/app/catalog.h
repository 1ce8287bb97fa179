#pragma once

#include <map>
#include <memory>

#include "shared/base/names.h"
#include "shared/manifest/analysis_template.h"
#include "shared/manifest/pipeline.h"

namespace depops::hub {

// The newest applied files, parsed. Whoever loads the hub parses the texts of PipelineDoc and TemplateDoc for it.
struct Catalog {
  std::map<ServiceName, std::shared_ptr<const manifest::Pipeline>> pipelines;
  std::map<TemplateName, std::shared_ptr<const manifest::AnalysisTemplate>> templates;
};

}  // namespace depops::hub
