#pragma once

#include <string>
#include <string_view>

// What stands in a query for the version that is asked for: {{set}} (its id at the site) and {{version}} (what people
// call it). Everything else in double braces is an argument, filled in long before.
namespace depops::analysis {

// Whether the text asks for one version at a time.
bool tells_versions_apart(std::string_view text) noexcept;

std::string for_version(std::string text, const std::string& set, const std::string& version);

}  // namespace depops::analysis
