#pragma once

#include <optional>
#include <string_view>

#include "shared/manifest/node.h"

namespace depops::manifest_yaml {

// What an unquoted scalar is by the core schema of YAML 1.2. `yes`, `on` and numbers with leading zeros, on which
// readers of YAML differ, are text here: where a boolean or number is wanted they are refused instead of guessed.
manifest::Node::Kind kind_of_plain(std::string_view text) noexcept;

// Where `text` stops being UTF-8 without control characters; nothing if it does not.
std::optional<manifest::Place> first_bad_byte(std::string_view text) noexcept;

}  // namespace depops::manifest_yaml
