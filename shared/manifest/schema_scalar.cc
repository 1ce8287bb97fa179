#include <algorithm>
#include <cmath>
#include <map>
#include <regex>

#include "shared/manifest/quantity.h"
#include "shared/manifest/schema_check.h"

// Types, texts and numbers.
namespace depops::manifest {
namespace {

constexpr std::size_t kPatternTextMax = 512;  // std::regex goes one level deeper per character

bool fits(const std::string& type, Node::Kind kind) {
  if (type == "object") return kind == Node::Kind::map;
  if (type == "array") return kind == Node::Kind::list;
  if (type == "string") return kind == Node::Kind::string;
  if (type == "integer") return kind == Node::Kind::integer;
  if (type == "number") return kind == Node::Kind::integer || kind == Node::Kind::number;
  return type == "boolean" && kind == Node::Kind::boolean;
}

std::string wanted(const std::string& type) {
  if (type == "object") return "a map";
  if (type == "array") return "a list";
  if (type == "string") return "text";
  if (type == "integer") return "an integer";
  return type == "number" ? "a number" : "true or false";
}

double number_in(const Node& node) { return parse_number(node.text); }

// Compiling takes a hundred times as long as matching, and the schema has two dozen patterns.
const std::regex& compiled(const std::string& pattern) {
  thread_local std::map<std::string, std::regex> all;
  const auto found = all.find(pattern);
  return found != all.end() ? found->second : all.emplace(pattern, pattern).first->second;
}

bool is_scalar(const Node& node) {
  return node.is(Node::Kind::boolean) || node.is(Node::Kind::integer) || node.is(Node::Kind::number);
}

// Characters, not bytes: what is counted is not a continuation byte.
std::size_t length_of(const std::string& text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

}  // namespace

bool SchemaCheck::check_type(const Node& schema, const Node& node, const std::string& path) {
  const Node* type = schema.find("type");
  if (type == nullptr || fits(type->text, node.kind)) return true;
  const std::string meant = description(schema);
  const bool scalar_wanted = type->text != "object" && type->text != "array";
  std::string message =
      "is " + shown(node) + "; must be " + (meant.empty() || !scalar_wanted ? wanted(type->text) : meant);
  if (type->text == "string" && is_scalar(node)) message += "; put it in quotes: \"" + node.text + "\"";
  fail(node, path, std::move(message));
  return false;
}

void SchemaCheck::check_scalar(const Node& schema, const Node& node, const std::string& path) {
  if (const Node* allowed = schema.find("enum")) check_enum(*allowed, node, path);
  const Node* only = schema.find("const");
  if (only != nullptr && (only->text != node.text || only->kind != node.kind)) {
    fail(node, path, "is " + shown(node) + "; must be " + shown(*only));
  }
  if (node.is(Node::Kind::string)) check_text(schema, node, path);
  if (node.is(Node::Kind::integer) || node.is(Node::Kind::number)) check_number(schema, node, path);
}

void SchemaCheck::check_enum(const Node& allowed, const Node& node, const std::string& path) {
  const auto same = [&node](const Node& one) { return one.kind == node.kind && one.text == node.text; };
  if (std::any_of(allowed.items.begin(), allowed.items.end(), same)) return;
  const std::vector<std::string> words = texts_of(allowed);
  std::string message = "is " + shown(node) + "; must be " + listed(words);
  const std::string near = node.is(Node::Kind::string) ? nearest(node.text, words) : "";
  if (!near.empty()) message += "; did you mean " + quoted(near) + "?";
  fail(node, path, std::move(message));
}

void SchemaCheck::check_text(const Node& schema, const Node& node, const std::string& path) {
  const Node* longest = schema.find("maxLength");
  const std::size_t length = length_of(node.text);
  if (longest != nullptr && static_cast<double>(length) > number_in(*longest)) {
    return fail(node, path,
                "is " + std::to_string(length) + " characters long; at most " + longest->text + " are allowed");
  }
  const Node* shortest = schema.find("minLength");
  if (shortest != nullptr && static_cast<double>(length) < number_in(*shortest)) {
    return fail(node, path, "is empty; write something or leave the key out");
  }
  const Node* pattern = schema.find("pattern");
  const bool wrong = pattern != nullptr &&
                     (node.text.size() > kPatternTextMax || !std::regex_search(node.text, compiled(pattern->text)));
  if (wrong) {
    const std::string meant = description(schema);
    return fail(node, path, "is " + shown(node) + "; must be " + (meant.empty() ? "like " + pattern->text : meant));
  }
  check_duration(schema, node, path);
}

void SchemaCheck::check_duration(const Node& schema, const Node& node, const std::string& path) {
  const Node* least = schema.find("minDuration");
  const Node* most = schema.find("maxDuration");
  if (least == nullptr && most == nullptr) return;
  const auto value = parse_duration(node.text);
  if (!value) return fail(node, path, "is " + shown(node) + ", which is longer than ten years");
  if (least != nullptr && *value < parse_duration(least->text)) {
    fail(node, path, "is " + node.text + "; must be at least " + least->text);
  }
  if (most != nullptr && *value > parse_duration(most->text)) {
    fail(node, path, "is " + node.text + "; must be at most " + most->text);
  }
}

void SchemaCheck::check_number(const Node& schema, const Node& node, const std::string& path) {
  const double value = number_in(node);
  if (std::isinf(value)) return fail(node, path, "is " + shown(node) + ", which is beyond every number that is kept");
  const auto bound = [&](const char* word, const char* says, auto broken) {
    const Node* limit = schema.find(word);
    if (limit == nullptr || !broken(value, number_in(*limit))) return;
    fail(node, path, "is " + node.text.substr(0, 60) + "; must be " + says + limit->text);
  };
  bound("minimum", "at least ", [](double v, double limit) { return v < limit; });
  bound("exclusiveMinimum", "more than ", [](double v, double limit) { return v <= limit; });
  bound("maximum", "at most ", [](double v, double limit) { return v > limit; });
}

}  // namespace depops::manifest
