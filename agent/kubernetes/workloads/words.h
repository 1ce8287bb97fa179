#pragma once

#include <string>
#include <string_view>

// How the cluster's own words are told to people.
namespace depops::agent::kubernetes {

// Of pods that are too many the one with the lowest number goes first (since 1.22).
inline constexpr const char* kDeletionCost = "controller.kubernetes.io/pod-deletion-cost";

// On one line, without control characters, UTF-8, at most 300 bytes.
std::string clipped_words(const std::string& text);

// The end of what a program wrote, as a few words on one line: whole lines, the last ones, at most 5 and 600 bytes,
// without control characters, colours and what turns the direction of writing; empty: it wrote nothing to read.
std::string last_lines(std::string_view log);

}  // namespace depops::agent::kubernetes
