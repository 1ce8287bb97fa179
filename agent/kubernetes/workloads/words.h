#pragma once

#include <string>

// How the cluster's own words are told to people.
namespace depops::agent::kubernetes {

// Of pods that are too many the one with the lowest number goes first (since 1.22).
inline constexpr const char* kDeletionCost = "controller.kubernetes.io/pod-deletion-cost";

// On one line, without control characters, at most 300 bytes.
std::string clipped_words(const std::string& text);

}  // namespace depops::agent::kubernetes
