#pragma once

#include <string>

#include "hub/cli/answer.h"
#include "shared/json/value.h"

namespace depops::hub::cli {

// The commits a version brings, for the API. Either the lines of `git log --format='%H %cI %s'` or a JSON array
// of {sha, committedAt, title}; at most 1,000.
Answer<json::Value> parse_commits(const std::string& text, const std::string& file);

}  // namespace depops::hub::cli
