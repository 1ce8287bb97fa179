#pragma once

#include <string>
#include <variant>
#include <vector>

#include "shared/manifest/analysis_template.h"
#include "shared/manifest/diagnostic.h"
#include "shared/manifest/pipeline.h"

// One document of a file.
namespace depops::manifest {

// Known to the schema and checked by it; acting on it comes with a later version.
struct Calendar {
  std::string name;
  bool operator==(const Calendar&) const = default;
};

struct Playbook {
  std::string name;
  bool operator==(const Playbook&) const = default;
};

using Content = std::variant<Pipeline, AnalysisTemplate, Calendar, Playbook>;

struct Document {
  std::string file;
  Place place;  // where it starts
  Content content;
};

// What a text held. `documents` is complete and may be used only if there is no diagnostic.
struct Parsed {
  std::vector<Document> documents;
  std::vector<Diagnostic> diagnostics;  // sorted; all of the text at once

  bool ok() const noexcept { return diagnostics.empty(); }
};

// "Pipeline", "AnalysisTemplate", ...
const char* kind_of(const Content& content) noexcept;
std::string name_in(const Content& content);

// Judges trees of `file`, one per document, by the schema (apiVersion depops/v1) and the rules a schema can not
// express, and turns them into values.
Parsed judge(const std::vector<Node>& documents, const Node& schema, const std::string& file);

// shared/manifest/depops-v1.schema.json as it was built in: JSON Schema 2020-12.
const char* schema_text() noexcept;

}  // namespace depops::manifest
