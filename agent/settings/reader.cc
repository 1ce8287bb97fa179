#include "agent/settings/reader.h"

#include <yaml-cpp/yaml.h>

#include <charconv>
#include <cstdlib>
#include <filesystem>

namespace depops::agent::settings {

void Reader::complain(const YAML::Mark& mark, const std::string& what) {
  errors_ += (errors_.empty() ? "" : "\n") + file_ + ":" + std::to_string(mark.line + 1) + ":" +
             std::to_string(mark.column + 1) + ": " + what;
}

std::string Reader::text(const YAML::Node& parent, const char* key, const std::string& fallback) {
  const YAML::Node node = parent[key];
  if (!node) return fallback;
  if (!node.IsScalar()) {
    complain(node.Mark(), std::string("'") + key + "' must be a text");
    return fallback;
  }
  return node.Scalar();
}

std::string Reader::needed(const YAML::Node& parent, const char* key) {
  const std::string value = text(parent, key, "");
  if (value.empty()) complain(parent.Mark(), std::string("'") + key + "' is missing; add it");
  return value;
}

std::chrono::seconds Reader::seconds(const YAML::Node& parent, const char* key, const char* fallback, long most) {
  const std::string value = text(parent, key, fallback);
  char* end = nullptr;
  const long number = std::strtol(value.c_str(), &end, 10);
  const bool good = end != value.c_str() && *end == 0 && number >= 1 && number <= most;
  if (!good)
    complain(parent.Mark(), std::string(key) + " '" + value + "' must be a number from 1 to " + std::to_string(most));
  return std::chrono::seconds(good ? number : 1);
}

std::uint64_t Reader::number(const YAML::Node& parent, const char* key, std::uint64_t fallback) {
  const std::string value = text(parent, key, std::to_string(fallback));
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (error == std::errc() && end == value.data() + value.size()) return number;
  complain(parent.Mark(), std::string(key) + " '" + value + "' must be a whole number");
  return fallback;
}

std::uint64_t Reader::between(const YAML::Node& parent, const char* key, std::uint64_t fallback, std::uint64_t least,
                              std::uint64_t most) {
  const std::uint64_t value = number(parent, key, fallback);
  if (value >= least && value <= most) return value;
  complain(parent.Mark(), std::string(key) + " '" + std::to_string(value) + "' must be from " + std::to_string(least) +
                              " to " + std::to_string(most));
  return fallback;
}

std::string Reader::path(const YAML::Node& parent, const char* key) {
  const std::string value = needed(parent, key);
  if (value.empty() || value.front() == '/') return value;
  return (std::filesystem::path(directory_) / value).lexically_normal().string();
}

YAML::Node Reader::part(const YAML::Node& parent, const char* key, const std::set<std::string>& known, bool optional) {
  const YAML::Node node = parent[key];
  if (!node) {
    if (!optional) complain(parent.Mark(), std::string("'") + key + "' is missing; add it");
    return YAML::Node(YAML::NodeType::Map);
  }
  only(node, key, known);
  return node.IsMap() ? node : YAML::Node(YAML::NodeType::Map);
}

void Reader::only(const YAML::Node& node, const std::string& where, const std::set<std::string>& known) {
  if (!node.IsMap()) return complain(node.Mark(), "'" + where + "' must be a mapping");
  std::set<std::string> seen;
  for (const auto& entry : node) {
    const std::string key = entry.first.IsScalar() ? entry.first.Scalar() : "?";
    if (!known.empty() && known.count(key) == 0) complain(entry.first.Mark(), "unknown key '" + key + "' in " + where);
    if (!seen.insert(key).second) complain(entry.first.Mark(), "'" + key + "' stands twice in " + where);
  }
}

}  // namespace depops::agent::settings
