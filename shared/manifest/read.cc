#include "shared/manifest/read.h"

#include <charconv>

#include "shared/base/check.h"
#include "shared/manifest/quantity.h"
#include "shared/manifest/schema.h"

namespace depops::manifest {
namespace {

std::uint64_t count_in(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  std::uint64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

Content read_content(const Node& document) {
  const std::string kind = text_at(document, "kind");
  const std::string name = text_at(*document.find("metadata"), "name");
  if (kind == "Pipeline") return read_pipeline(document);
  if (kind == "AnalysisTemplate") return read_analysis_template(document);
  if (kind == "Calendar") return Calendar{name};
  return Playbook{name};
}

void check_rules(const Node& document, const std::string& file, std::vector<Diagnostic>& found) {
  const std::string kind = text_at(document, "kind");
  if (kind == "Pipeline") check_pipeline(document, file, found);
  if (kind == "AnalysisTemplate") check_analysis_template(document, file, found);
}

void check_names_differ(const Parsed& parsed, const std::string& file, std::vector<Diagnostic>& found) {
  std::map<std::string, Place> seen;
  for (const Document& document : parsed.documents) {
    const std::string what = std::string(kind_of(document.content)) + " " + quoted(name_in(document.content));
    const auto [first, fresh] = seen.emplace(what, document.place);
    if (fresh) continue;
    const std::string line = std::to_string(first->second.line);
    found.push_back({file, document.place, "metadata.name", what + " is in this file already, in line " + line});
  }
}

}  // namespace

std::string text_at(const Node& map, const char* key, const char* otherwise) {
  const Node* node = map.find(key);
  return node == nullptr ? otherwise : node->text;
}

Millis duration_at(const Node& map, const char* key, Millis otherwise) {
  const Node* node = map.find(key);
  if (node == nullptr) return otherwise;
  const auto value = parse_duration(node->text);
  return value.value_or(otherwise);
}

std::uint64_t count_at(const Node& map, const char* key, std::uint64_t otherwise) {
  const Node* node = map.find(key);
  return node == nullptr ? otherwise : count_in(node->text);
}

double number_at(const Node& map, const char* key, double otherwise) {
  const Node* node = map.find(key);
  return node == nullptr ? otherwise : parse_number(node->text);
}

std::map<std::string, std::string> texts_at(const Node& map, const char* key) {
  std::map<std::string, std::string> texts;
  const Node* node = map.find(key);
  if (node == nullptr) return texts;
  for (std::size_t i = 0; i < node->keys.size(); ++i) texts[node->keys[i].name] = node->items[i].text;
  return texts;
}

std::vector<std::string> list_at(const Node& map, const char* key) {
  std::vector<std::string> texts;
  const Node* node = map.find(key);
  if (node == nullptr) return texts;
  for (const Node& item : node->items) texts.push_back(item.text);
  return texts;
}

rollout::CountOrPercent count_or_percent_at(const Node& map, const char* key, rollout::CountOrPercent otherwise) {
  const Node* node = map.find(key);
  if (node == nullptr) return otherwise;
  return {static_cast<std::uint32_t>(count_in(node->text)), node->text.ends_with('%')};
}

const char* kind_of(const Content& content) noexcept {
  constexpr const char* kKinds[] = {"Pipeline", "AnalysisTemplate", "Calendar", "Playbook"};
  return kKinds[content.index()];
}

std::string name_in(const Content& content) {
  if (const auto* pipeline = std::get_if<Pipeline>(&content)) return pipeline->service.str();
  if (const auto* analysis = std::get_if<AnalysisTemplate>(&content)) return analysis->name.str();
  if (const auto* calendar = std::get_if<Calendar>(&content)) return calendar->name;
  return std::get<Playbook>(content).name;
}

Parsed judge(const std::vector<Node>& documents, const Node& schema, const std::string& file) {
  Parsed parsed;
  if (documents.empty()) parsed.diagnostics.push_back({file, {}, "", "holds no document; write one or leave it out"});
  for (const Node& document : documents) {
    std::vector<Diagnostic> found = check(schema, document, file);
    if (found.empty()) check_rules(document, file, found);
    if (found.empty()) parsed.documents.push_back({file, document.place, read_content(document)});
    parsed.diagnostics.insert(parsed.diagnostics.end(), found.begin(), found.end());
  }
  check_names_differ(parsed, file, parsed.diagnostics);
  sort(parsed.diagnostics);
  return parsed;
}

}  // namespace depops::manifest
