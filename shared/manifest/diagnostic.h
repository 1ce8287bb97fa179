#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "shared/manifest/node.h"

namespace depops::manifest {

// One thing that is wrong in a file: where, what, and what to do about it.
struct Diagnostic {
  std::string file;  // as the person named it
  Place place;
  std::string path;     // "spec.environments[1].strategy"; empty: the document
  std::string message;  // "unknown key "setWeigth"; did you mean "setWeight"?"
  bool operator==(const Diagnostic&) const = default;
};

// "pipeline.yaml:12:5: spec.environments[0]: unknown key ..."
std::string to_string(const Diagnostic& diagnostic);

// One line each, in the order of the file.
std::string to_string(const std::vector<Diagnostic>& diagnostics);

// In the order a reader meets them.
void sort(std::vector<Diagnostic>& diagnostics);

// The candidate that is most likely meant by `word`: least edits (an exchange of neighbours is one), at most a third of
// its length and at least one; empty if none is near.
std::string nearest(std::string_view word, const std::vector<std::string>& candidates);

// Control characters replaced: safe to show on a terminal.
std::string harmless(std::string text);

// In double quotes, cut between characters at 60 bytes, control characters replaced: safe to show on a terminal.
std::string quoted(std::string_view text);

}  // namespace depops::manifest
