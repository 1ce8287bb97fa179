#pragma once

#include <string>
#include <vector>

#include "hub/cli/answer.h"
#include "hub/rehearsal/script.h"
#include "shared/manifest/manifest.h"

namespace depops::hub::cli {

// The documents of all files, which must be right as a whole.
Answer<std::vector<manifest::Document>> read_documents(const std::vector<std::string>& files);

// What is tried out, resolved as the hub would.
Answer<rehearsal::Script> resolved_script(const std::vector<manifest::Document>& documents,
                                          const std::string& environment, const manifest::Scenario& scenario);

// "0:01:12.4", at most to a tenth of a second
std::string clock_text(Millis since);

}  // namespace depops::hub::cli
