#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

#include "agent/kubernetes/api/failure.h"
#include "shared/json/value.h"

// How the cluster's own words are told to people. Pure.
namespace depops::agent::kubernetes {

// Of pods that are too many the one with the lowest number goes first (since 1.22).
inline constexpr const char* kDeletionCost = "controller.kubernetes.io/pod-deletion-cost";

// Whose log says more about a pod's trouble.
struct Voice {
  std::string container;
  bool previous = false;  // what it wrote before it was started again
  auto operator<=>(const Voice&) const = default;
};

// What holds a pod up, as a sentence for people; empty: nothing. `ending`: how a container of it last ended by itself.
struct PodWords {
  std::string trouble;
  std::string ending;
  std::optional<Voice> voice{};  // of the trouble, or of the ending without one
};
PodWords words_of(const json::Value& pod);

// How the container ended that this status of the pod is about. Pre: it has ended.
std::string words_of_end(const json::Value& pod, const json::Value& container_status);

// On one line, without control characters, UTF-8, at most 300 bytes.
std::string clipped_words(const std::string& text);

// The end of what a program wrote, as a few words on one line: whole lines, the last ones, at most 5 and 600 bytes,
// without control characters, colours and what turns the direction of writing; empty: it wrote nothing to read.
std::string last_lines(std::string_view log);

// What is told of a log that was read, or could not be.
std::string words_of_log(const std::string& log);
std::string words_of_failure(const Failure& failure);
// What a kubelet answers, as if it were a log, when it has not got the container any more.
bool is_lost(const std::string& log);

}  // namespace depops::agent::kubernetes
