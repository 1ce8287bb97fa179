#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "agent/ports/hooks.h"
#include "agent/ports/job_runner.h"

namespace depops::agent {

struct SiteHooksSettings {
  std::string directory;                             // for what programs write, and notes of what runs
  std::vector<std::string> programs;                 // that may run; one that ends with "/" is a folder
  std::function<void(const std::string&)> log = {};  // one key=value line; any thread
  std::shared_ptr<JobRunner> jobs{};                 // none: no Job can be run here
};

std::unique_ptr<Hooks> make_site_hooks(SiteHooksSettings settings);

}  // namespace depops::agent
