#include "agent/kubernetes/manifests/removals.h"

#include <algorithm>

#include "agent/kubernetes/api/labels.h"

namespace depops::agent::kubernetes {
namespace {

constexpr std::size_t kPartsMost = 20;
constexpr std::size_t kNameLength = 253;
constexpr const char* kBetween = ", \t\n";
constexpr const char* kRemovable = "Deployment/";

std::vector<std::string> words_in(const std::string& text) {
  std::vector<std::string> words;
  std::size_t from = text.find_first_not_of(kBetween);
  while (from != std::string::npos && words.size() <= kPartsMost) {
    const std::size_t end = std::min(text.find_first_of(kBetween, from), text.size());
    words.push_back(text.substr(from, end - from));
    from = text.find_first_not_of(kBetween, end);
  }
  return words;
}

// What keeps a word from naming something that can go; empty: nothing.
std::string unfit(const std::string& word) {
  const bool whole = word.starts_with(kRemovable) && word.size() > std::string(kRemovable).size();
  if (!whole)
    return "'" + word.substr(0, kNameLength) +
           "' does not say Deployment/NAME; ConfigMaps and Secrets go with their version";
  return word.size() > kNameLength ? "a name is too long" : "";
}

}  // namespace

std::string part_name(const std::string& kind, const std::string& name) { return kind + "/" + name; }

std::set<std::string> removals_in(const std::string& text) {
  const auto words = words_in(text);
  const auto fits = [](const std::string& word) { return unfit(word).empty(); };
  if (words.size() > kPartsMost || !std::ranges::all_of(words, fits)) return {};
  return {words.begin(), words.end()};
}

Result<void> check_removals(const std::vector<ManifestObject>& manifests) {
  std::set<std::string> parts;
  for (const ManifestObject& object : manifests)
    parts.insert(part_name(object.body["kind"].as_string(), object.body["metadata"]["name"].as_string()));
  for (const ManifestObject& object : manifests) {
    const json::Value& text = object.body["metadata"]["annotations"][kRemoveAnnotation];
    if (text.is_null()) continue;
    const std::string field = object.place + ": metadata.annotations." + kRemoveAnnotation + ": ";
    const std::string& kind = object.body["kind"].as_string();
    if (kind != "Deployment" && kind != "StatefulSet" && kind != "DaemonSet")
      return Error{Errc::refused, field + "stands on a " + kind +
                                      "; write it on a Deployment, StatefulSet or DaemonSet of the version"};
    const auto words = words_in(text.as_string());
    if (words.empty() || words.size() > kPartsMost)
      return Error{Errc::refused, field + "names nothing, or more than 20; write Deployment/NAME, with commas between"};
    for (const std::string& word : words) {
      if (const std::string why = unfit(word); !why.empty()) return Error{Errc::refused, field + why};
      if (parts.contains(word))
        return Error{Errc::refused, field + word + " is part of this very version; leave it out here or there"};
    }
  }
  return {};
}

}  // namespace depops::agent::kubernetes
