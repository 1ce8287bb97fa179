#include "tests/contract/api/schema.h"

#include <algorithm>
#include <regex>
#include <set>

#include "shared/json/parse.h"
#include "shared/json/write.h"

namespace depops::tests {
namespace {

const std::set<std::string> kWords{"type",    "required",  "properties", "additionalProperties",
                                   "items",   "enum",      "pattern",    "minimum",
                                   "maximum", "allOf",     "maxLength",  "maxItems",
                                   "$ref",    "minLength", "format",     "description",
                                   "default"};

// One walk over a value beside its schema; everything wrong is written down with its place.
class Walk {
 public:
  explicit Walk(const YAML::Node& root) : root_(root) {}

  void check(const YAML::Node& given, const json::Value& value, const std::string& place) {
    const YAML::Node schema = resolved(given);
    if (const YAML::Node all = schema["allOf"]) return check_all(all, value, place);
    if (const YAML::Node type = schema["type"]; type && !is_of(type.as<std::string>(), value))
      return wrong(place, "is no " + type.as<std::string>() + ": " + json::write(value).substr(0, 60));
    if (value.is_string()) check_text(schema, value.as_string(), place);
    if (value.is_number()) check_number(schema, value.as_double(), place);
    if (value.is_array()) check_items(schema, value, place);
    if (value.is_object()) check_members({schema}, value, place);
  }
  std::vector<std::string> found;

 private:
  void wrong(const std::string& place, const std::string& what) { found.push_back(place + " " + what); }

  YAML::Node resolved(YAML::Node node) const {
    while (node.IsMap() && node["$ref"]) {
      std::string path = node["$ref"].as<std::string>().substr(2);
      YAML::Node at = root_;
      for (std::size_t slash = 0; slash != std::string::npos; path = path.substr(slash + 1)) {
        slash = path.find('/');
        at.reset(at[path.substr(0, slash)]);
        if (slash == std::string::npos) break;
      }
      node.reset(at);
    }
    return node;
  }

  static bool is_of(const std::string& type, const json::Value& value) {
    if (type == "object") return value.is_object();
    if (type == "array") return value.is_array();
    if (type == "string") return value.is_string();
    if (type == "boolean") return value.is_bool();
    if (type == "integer") return value.is_integer();
    return type == "number" && value.is_number();
  }

  void check_all(const YAML::Node& all, const json::Value& value, const std::string& place) {
    std::vector<YAML::Node> parts;
    for (const auto& one : all) parts.push_back(resolved(one));
    if (!value.is_object()) return wrong(place, "is no object");
    check_members(parts, value, place);
  }

  void check_text(const YAML::Node& schema, const std::string& text, const std::string& place) {
    if (const auto words = schema["enum"]) {
      const bool one = std::any_of(words.begin(), words.end(),
                                   [&](const YAML::Node& word) { return word.as<std::string>() == text; });
      if (!one) wrong(place, "'" + text + "' is not one of the words");
    }
    if (const auto pattern = schema["pattern"])
      if (!std::regex_match(text, std::regex(pattern.as<std::string>())))
        wrong(place, "'" + text + "' does not match " + pattern.as<std::string>());
    if (const auto most = schema["maxLength"])
      if (text.size() > most.as<std::size_t>()) wrong(place, "is too long");
  }

  void check_number(const YAML::Node& schema, double number, const std::string& place) {
    if (const auto least = schema["minimum"])
      if (number < least.as<double>()) wrong(place, "is too small");
    if (const auto most = schema["maximum"])
      if (number > most.as<double>()) wrong(place, "is too large");
  }

  void check_items(const YAML::Node& schema, const json::Value& value, const std::string& place) {
    std::size_t index = 0;
    if (!schema["items"]) return wrong(place, "is a list the document says nothing about");
    for (const json::Value& item : value.items()) check(schema["items"], item, place + "/" + std::to_string(index++));
  }

  // An object may be told by several parts together (allOf).
  void check_members(const std::vector<YAML::Node>& parts, const json::Value& value, const std::string& place) {
    for (const YAML::Node& part : parts)
      for (const auto& name : part["required"])
        if (value.find(name.as<std::string>()) == nullptr) wrong(place, "has no " + name.as<std::string>());
    for (const auto& [name, member] : value.members()) {
      const YAML::Node schema = schema_of(parts, name);
      if (!schema.IsDefined() || schema.IsNull()) {
        wrong(place, "has " + name + ", which the document does not name");
      } else {
        check(schema, member, place + "/" + name);
      }
    }
  }

  static YAML::Node schema_of(const std::vector<YAML::Node>& parts, const std::string& name) {
    for (const YAML::Node& part : parts) {
      if (part["properties"] && part["properties"][name]) return part["properties"][name];
      if (part["additionalProperties"] && part["additionalProperties"].IsMap()) return part["additionalProperties"];
    }
    return YAML::Node(YAML::NodeType::Null);
  }

  const YAML::Node& root_;
};

std::string in_lower_case(std::string text) {
  for (char& letter : text) letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
  return text;
}

void words_of(const YAML::Node& schema, const std::string& place, std::vector<std::string>& out) {
  if (!schema.IsMap()) return;
  for (const auto& entry : schema) {
    const auto word = entry.first.as<std::string>();
    if (!kWords.contains(word)) out.push_back(place + ": " + word);
    if (word == "properties")
      for (const auto& member : entry.second)
        words_of(member.second, place + "/" + member.first.as<std::string>(), out);
    if (word == "items" || word == "additionalProperties") words_of(entry.second, place + "/" + word, out);
    if (word == "allOf")
      for (const auto& part : entry.second) words_of(part, place, out);
  }
}

}  // namespace

YAML::Node OpenApi::response_of(const Given& given) const {
  const YAML::Node operation = root_["paths"][given.path][in_lower_case(given.method)];
  if (!operation) return YAML::Node(YAML::NodeType::Null);
  const YAML::Node exact = operation["responses"][std::to_string(given.status)];
  if (exact) return exact;
  return given.status >= 400 ? root_["components"]["responses"]["Problem"] : YAML::Node(YAML::NodeType::Null);
}

std::vector<std::string> OpenApi::mistakes(const Given& given) const {
  const std::string place = given.method + " " + given.path + " " + std::to_string(given.status);
  const YAML::Node response = response_of(given);
  if (response.IsNull()) return {place + ": the document has no such answer"};
  const YAML::Node content = response["content"];
  if (!content) return given.body.empty() ? std::vector<std::string>() : std::vector{place + ": must have no body"};
  const std::string type = given.type.substr(0, given.type.find(';'));
  const YAML::Node media = content[type];
  if (!media) return {place + ": the type is '" + given.type + "'"};
  if (!media["schema"] || given.method == "HEAD" || type == "text/event-stream") return {};
  const auto value = json::parse(given.body);
  if (!value) return {place + ": " + value.error().what};
  Walk walk(root_);
  walk.check(media["schema"], value.value(), place + ":");
  return walk.found;
}

std::vector<std::string> OpenApi::mistakes(const std::string& schema, const json::Value& value) const {
  Walk walk(root_);
  walk.check(root_["components"]["schemas"][schema], value, schema);
  return walk.found;
}

std::vector<std::string> OpenApi::unknown_words() const {
  std::vector<std::string> out;
  for (const auto& entry : root_["components"]["schemas"]) words_of(entry.second, entry.first.as<std::string>(), out);
  return out;
}

}  // namespace depops::tests
