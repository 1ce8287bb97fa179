#pragma once

#include <string>
#include <vector>

#include "shared/manifest/diagnostic.h"
#include "shared/manifest/node.h"

namespace depops::manifest {

// One walk of a document along a schema; part of check(). Lives for one call.
class SchemaCheck {
 public:
  SchemaCheck(const Node& root, std::string file) : root_(root), file_(std::move(file)) {}

  void walk(const Node& schema, const Node& node, const std::string& path);
  std::vector<Diagnostic> take() { return std::move(found_); }

 private:
  void fail(const Node& node, const std::string& path, std::string message);
  void fail_at(Place place, const std::string& path, std::string message);
  const Node& target_of(const Node& schema) const;
  bool matches(const Node& schema, const Node& node) const;

  bool check_type(const Node& schema, const Node& node, const std::string& path);
  void check_scalar(const Node& schema, const Node& node, const std::string& path);
  void check_enum(const Node& allowed, const Node& node, const std::string& path);
  void check_text(const Node& schema, const Node& node, const std::string& path);
  void check_duration(const Node& schema, const Node& node, const std::string& path);
  void check_number(const Node& schema, const Node& node, const std::string& path);
  void check_list(const Node& schema, const Node& node, const std::string& path);
  void check_map(const Node& schema, const Node& node, const std::string& path);
  void check_required(const Node& schema, const Node& node, const std::string& path);
  void check_size(const Node& schema, const Node& node, const std::string& path);
  void check_entries(const Node& schema, const Node& node, const std::string& path);
  void check_alternatives(const Node& schema, const Node& node, const std::string& path);
  std::string description(const Node& schema) const;

  const Node& root_;
  std::string file_;
  std::vector<Diagnostic> found_;
  std::string described_;  // the nearest description on the way of references to the schema at hand
};

// "a, b or c"
std::string listed(const std::vector<std::string>& words, const char* last = " or ");
std::string shown(const Node& node);
std::vector<std::string> texts_of(const Node& list);

}  // namespace depops::manifest
