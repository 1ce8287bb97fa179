#pragma once

#include <chrono>
#include <cstdint>
#include <set>
#include <string>
#include <utility>

namespace YAML {  // NOLINT(readability-identifier-naming): the library's own name
class Node;
struct Mark;
}  // namespace YAML

namespace depops::agent::settings {

// Reads mappings of a settings file and collects what is wrong in them, each with its place. Internal.
class Reader {
 public:
  Reader(std::string file, std::string directory) : file_(std::move(file)), directory_(std::move(directory)) {}

  void complain(const YAML::Mark& mark, const std::string& what);
  std::string text(const YAML::Node& parent, const char* key, const std::string& fallback);
  std::string needed(const YAML::Node& parent, const char* key);
  // A whole number of seconds from 1 to `most`.
  std::chrono::seconds seconds(const YAML::Node& parent, const char* key, const char* fallback, long most);
  std::uint64_t number(const YAML::Node& parent, const char* key, std::uint64_t fallback);
  std::uint64_t between(const YAML::Node& parent, const char* key, std::uint64_t fallback, std::uint64_t least,
                        std::uint64_t most);
  std::string path(const YAML::Node& parent, const char* key);
  // The mapping below `key`; an empty one when it is missing and `optional`.
  YAML::Node part(const YAML::Node& parent, const char* key, const std::set<std::string>& known, bool optional = false);
  // Complains of keys that are not known, and of those that stand twice.
  void only(const YAML::Node& node, const std::string& where, const std::set<std::string>& known);

  const std::string& errors() const { return errors_; }

 private:
  std::string file_;
  std::string directory_;
  std::string errors_;
};

}  // namespace depops::agent::settings
