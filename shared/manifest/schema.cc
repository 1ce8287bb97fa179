#include "shared/manifest/schema.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "shared/base/check.h"
#include "shared/manifest/schema_check.h"

namespace depops::manifest {
namespace {

constexpr std::size_t kDiagnosticsMax = 100;

// clang-format off
constexpr std::array<std::string_view, 31> kKnown{
    "$schema", "$id", "$defs", "$ref", "title", "description", "default",
    "type", "enum", "const", "pattern", "minLength", "maxLength", "minDuration", "maxDuration",
    "minimum", "maximum", "exclusiveMinimum", "items", "minItems", "maxItems", "uniqueItems",
    "properties", "propertyNames", "additionalProperties", "required", "minProperties", "maxProperties",
    "oneOf", "anyOf", "allOf"};
// clang-format on

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

void collect_unknown(const Node& schema, const std::string& path, std::vector<std::string>& found) {
  for (std::size_t i = 0; i < schema.keys.size(); ++i) {
    const std::string& word = schema.keys[i].name;
    const Node& value = schema.items[i];
    const std::string here = path + "/" + word;
    const bool conditional = is_one_of(word, {"if", "then"});
    if (!conditional && std::find(kKnown.begin(), kKnown.end(), word) == kKnown.end()) found.push_back(here);
    if (is_one_of(word, {"properties", "$defs", "oneOf", "anyOf", "allOf"})) {
      for (const Node& sub : value.items) collect_unknown(sub, here, found);
    } else if (conditional || is_one_of(word, {"items", "additionalProperties", "propertyNames"})) {
      if (value.is(Node::Kind::map)) collect_unknown(value, here, found);
    }
  }
}

}  // namespace

std::string listed(const std::vector<std::string>& words, const char* last) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) text += i + 1 == words.size() ? last : ", ";
    text += words[i];
  }
  return text;
}

std::string shown(const Node& node) {
  const bool scalar = !node.is(Node::Kind::map) && !node.is(Node::Kind::list) && !node.is(Node::Kind::null);
  if (!scalar) return name_of(node.kind);
  return node.is(Node::Kind::string) ? quoted(node.text) : node.text.substr(0, 60);
}

std::vector<std::string> texts_of(const Node& list) {
  std::vector<std::string> texts;
  for (const Node& item : list.items) texts.push_back(item.text);
  return texts;
}

void SchemaCheck::fail(const Node& node, const std::string& path, std::string message) {
  fail_at(node.place, path, std::move(message));
}

void SchemaCheck::fail_at(Place place, const std::string& path, std::string message) {
  if (found_.size() < kDiagnosticsMax) found_.push_back({file_, place, path, std::move(message)});
}

const Node& SchemaCheck::target_of(const Node& schema) const {
  const Node* ref = schema.find("$ref");
  constexpr std::string_view kPrefix = "#/$defs/";
  DEPOPS_CHECK(ref != nullptr && ref->text.starts_with(kPrefix));
  const Node* defs = root_.find("$defs");
  const Node* target = defs == nullptr ? nullptr : defs->find(ref->text.substr(kPrefix.size()));
  DEPOPS_CHECK(target != nullptr);
  return *target;
}

std::string SchemaCheck::description(const Node& schema) const {
  const Node* own = schema.find("description");
  return own != nullptr ? own->text : described_;
}

bool SchemaCheck::matches(const Node& schema, const Node& node) const {
  SchemaCheck probe(root_, file_);
  probe.walk(schema, node, "");
  return probe.found_.empty();
}

void SchemaCheck::walk(const Node& schema, const Node& node, const std::string& path) {
  const std::string outer = described_;
  if (schema.find("$ref") != nullptr) {
    const std::size_t before = found_.size();
    described_ = description(schema);
    walk(target_of(schema), node, path);
    described_ = outer;
    if (found_.size() > before) return;
  }
  if (!check_type(schema, node, path)) return;
  described_ = description(schema);
  check_scalar(schema, node, path);
  described_.clear();
  if (node.is(Node::Kind::list)) check_list(schema, node, path);
  if (node.is(Node::Kind::map)) check_map(schema, node, path);
  described_ = description(schema);
  check_alternatives(schema, node, path);
  described_ = outer;
}

std::vector<Diagnostic> check(const Node& schema, const Node& document, const std::string& file) {
  SchemaCheck walk(schema, file);
  walk.walk(schema, document, "");
  return walk.take();
}

std::vector<Diagnostic> check_as(const Node& schema, std::string_view definition, const Node& document,
                                 const std::string& file) {
  const Node* defs = schema.find("$defs");
  const Node* found = defs == nullptr ? nullptr : defs->find(definition);
  DEPOPS_CHECK(found != nullptr);
  SchemaCheck walk(schema, file);
  walk.walk(*found, document, "");
  return walk.take();
}

std::vector<std::string> unknown_keywords(const Node& schema) {
  std::vector<std::string> found;
  collect_unknown(schema, "", found);
  return found;
}

}  // namespace depops::manifest
