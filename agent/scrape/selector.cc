#include "agent/scrape/selector.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <sstream>

namespace depops::agent::scrape {
namespace {

bool is_name_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == ':';
}

std::string read_name(const std::string& text, std::size_t& at) {
  const std::size_t begin = at;
  while (at < text.size() && is_name_char(text[at])) ++at;
  return text.substr(begin, at - begin);
}

void skip_blanks(const std::string& text, std::size_t& at) {
  while (at < text.size() && (text[at] == ' ' || text[at] == '\t')) ++at;
}

// A quoted value with the escapes \\ \" \n.
bool read_quoted(const std::string& text, std::size_t& at, std::string& value) {
  if (at >= text.size() || text[at] != '"') return false;
  for (++at; at < text.size() && text[at] != '"'; ++at) {
    if (text[at] != '\\') {
      value += text[at];
    } else if (++at < text.size()) {
      value += text[at] == 'n' ? '\n' : text[at];
    }
  }
  return at < text.size() && text[at++] == '"';
}

std::string read_operator(const std::string& text, std::size_t& at) {
  for (const char* word : {"=~", "!~", "!=", "="}) {
    if (text.compare(at, std::char_traits<char>::length(word), word) == 0) {
      at += std::char_traits<char>::length(word);
      return word;
    }
  }
  return {};
}

}  // namespace

Result<Selector> Selector::parse(const std::string& text) {
  const Error wrong{Errc::invalid, "selector \"" + text.substr(0, 200) + "\": must be like name{label=\"value\"}"};
  Selector selector;
  std::size_t at = 0;
  selector.name_ = read_name(text, at);
  if (selector.name_.empty()) return wrong;
  if (at < text.size() && text[at] == '{') {
    for (++at; at < text.size() && text[at] != '}';) {
      skip_blanks(text, at);
      Matcher matcher;
      matcher.label = read_name(text, at);
      const std::string comparison = read_operator(text, at);
      if (matcher.label.empty() || comparison.empty() || !read_quoted(text, at, matcher.value)) return wrong;
      matcher.negated = comparison[0] == '!';
      try {
        if (comparison[1] == '~') matcher.pattern.emplace(matcher.value);
      } catch (const std::regex_error& error) {
        return Error{Errc::invalid, "selector \"" + text.substr(0, 200) + "\": " + error.what()};
      }
      selector.matchers_.push_back(std::move(matcher));
      skip_blanks(text, at);
      if (at < text.size() && text[at] == ',') ++at;
    }
    if (at >= text.size() || text[at++] != '}') return wrong;
  }
  if (at != text.size()) return wrong;
  return selector;
}

bool Selector::matches(const std::string& name, const Labels& labels) const {
  if (name != name_) return false;
  for (const Matcher& matcher : matchers_) {
    std::string value;
    for (const auto& [label, text] : labels) {
      if (label == matcher.label) value = text;
    }
    const bool equal = matcher.pattern ? std::regex_match(value, *matcher.pattern) : value == matcher.value;
    if (equal == matcher.negated) return false;
  }
  return true;
}

Result<Selector::Labels> Selector::read_labels(const std::string& line, std::size_t& at) {
  Labels labels;
  if (at >= line.size() || line[at] != '{') return labels;
  for (++at; at < line.size() && line[at] != '}';) {
    skip_blanks(line, at);
    const std::string label = read_name(line, at);
    std::string value;
    if (label.empty() || at >= line.size() || line[at++] != '=' || !read_quoted(line, at, value)) break;
    labels.emplace_back(label, value);
    skip_blanks(line, at);
    if (at < line.size() && line[at] == ',') ++at;
  }
  if (at >= line.size() || line[at++] != '}') {
    return Error{Errc::invalid, "no Prometheus text: \"" + line.substr(0, 100) + "\""};
  }
  return labels;
}

Result<void> Selector::visit(const std::string& exposition,
                             const std::function<void(const Labels&, double)>& take) const {
  std::istringstream lines(exposition);
  for (std::string line; std::getline(lines, line);) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    if (line.empty() || line[0] == '#') continue;
    std::size_t at = 0;
    const std::string name = read_name(line, at);
    DEPOPS_TRY(const Labels labels, read_labels(line, at));
    char* end = nullptr;
    const double value = std::strtod(line.c_str() + at, &end);
    if (name.empty() || end == line.c_str() + at) {
      return Error{Errc::invalid, "no Prometheus text: \"" + line.substr(0, 100) + "\""};
    }
    if (matches(name, labels) && !std::isnan(value)) take(labels, value);
  }
  return {};
}

Result<std::optional<double>> Selector::sum(const std::string& exposition) const {
  std::optional<double> total;
  DEPOPS_TRY_VOID(visit(exposition, [&](const Labels&, double value) { total = total.value_or(0) + value; }));
  return total;
}

Result<std::map<std::string, double>> Selector::sum_by(const std::string& label, const std::string& exposition) const {
  std::map<std::string, double> sums;
  DEPOPS_TRY_VOID(visit(exposition, [&](const Labels& labels, double value) {
    const auto found = std::find_if(labels.begin(), labels.end(), [&](const auto& one) { return one.first == label; });
    sums[found == labels.end() ? std::string() : found->second] += value;
  }));
  return sums;
}

}  // namespace depops::agent::scrape
