#include "hub/cli/json_text.h"

#include <algorithm>
#include <string_view>

#include "shared/json/write.h"

namespace depops::hub::cli {
namespace {

using json::Value;

bool is_empty(const Value& value) {
  return (value.is_array() && value.items().empty()) || (value.is_object() && value.members().empty());
}

bool is_leaf(const Value& value) { return (!value.is_array() && !value.is_object()) || is_empty(value); }

void append_json(std::string& out, const Value& value, std::size_t level) {
  if (is_leaf(value)) {
    out += json::write(value);
    return;
  }
  const std::string pad(2 * (level + 1), ' ');
  const char* separator = "";
  out += value.is_array() ? "[" : "{";
  for (const Value& item : value.items()) {
    out += separator + ("\n" + pad);
    append_json(out, item, level + 1);
    separator = ",";
  }
  for (const auto& [name, member] : value.members()) {
    out += separator + ("\n" + pad) + json::write(Value(name)) + ": ";
    append_json(out, member, level + 1);
    separator = ",";
  }
  out += "\n" + std::string(2 * level, ' ') + (value.is_array() ? "]" : "}");
}

// Unquoted only what every reader of YAML takes for the same text.
bool is_plain_yaml(const std::string& text) {
  constexpr std::string_view kInner = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./ @+";
  static const std::string kWords[] = {"true", "false", "null", "yes", "no", "on", "off", "y", "n"};
  if (text.empty() || text.find_first_not_of(kInner) != std::string::npos || text.back() == ' ') return false;
  const char first = text.front();
  const bool letter = (first >= 'a' && first <= 'z') || (first >= 'A' && first <= 'Z');
  std::string lower = text;
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return letter && std::find(std::begin(kWords), std::end(kWords), lower) == std::end(kWords);
}

std::string yaml_scalar(const Value& value) {
  return value.is_string() && is_plain_yaml(value.as_string()) ? value.as_string() : json::write(value);
}

// `first` is what stands on the line already; the value goes on it or below it.
void append_yaml(std::string& out, const Value& value, std::size_t level, bool in_list) {
  if (is_leaf(value)) {
    out += yaml_scalar(value) + "\n";
    return;
  }
  const std::string pad(2 * level, ' ');
  bool on_line = in_list;
  for (const Value& item : value.items()) {
    out += (on_line ? "" : pad) + "- ";
    append_yaml(out, item, level + 1, true);
    on_line = false;
  }
  for (const auto& [name, member] : value.members()) {
    out += (on_line ? "" : pad) + yaml_scalar(Value(name)) + ":";
    out += is_leaf(member) ? " " : "\n";
    append_yaml(out, member, level + 1, false);
    on_line = false;
  }
}

}  // namespace

std::string pretty_json(const Value& value) {
  std::string out;
  append_json(out, value, 0);
  return out + "\n";
}

std::string yaml_text(const Value& value) {
  std::string out;
  append_yaml(out, value, 0, false);
  return out;
}

std::string plain_text(const Value& value) {
  if (value.is_null()) return "";
  return value.is_string() ? printable(value.as_string()) : json::write(value);
}

std::string printable(const std::string& text, bool keep_lines) {
  std::string out = text;
  for (char& c : out) {
    const bool control = static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
    if (control && !(keep_lines && (c == '\n' || c == '\t'))) c = ' ';
  }
  return out;
}

}  // namespace depops::hub::cli
