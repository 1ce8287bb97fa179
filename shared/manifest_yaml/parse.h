#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "shared/manifest/manifest.h"
#include "shared/manifest/scenario.h"
#include "shared/manifest/series.h"

// YAML text to manifest documents. Thread-safe; knows no files, the caller reads them.
namespace depops::manifest_yaml {

inline constexpr std::size_t kTextMax = 1 << 20;  // bytes of one text
inline constexpr std::size_t kDepthMax = 64;      // maps and lists within each other
inline constexpr std::size_t kNodesMax = 100'000;

// All documents of `text`; `file` is only for the diagnostics. Refused beside what the schema says: a duplicate key,
// anchors, aliases and tags, what is not UTF-8, and more than the caps above.
manifest::Parsed parse(std::string_view text, const std::string& file);

// Recorded windows with the test that is to judge them; JSON is YAML too. Refused as above.
manifest::ParsedSeries parse_series(std::string_view text, const std::string& file);

// One Scenario. Refused as above.
manifest::ParsedScenario parse_scenario(std::string_view text, const std::string& file);

// Words of the built-in schema that would be passed over in silence: none, and a test keeps it so.
std::vector<std::string> unknown_schema_words();

}  // namespace depops::manifest_yaml
