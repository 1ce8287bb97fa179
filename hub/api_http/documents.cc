#include <algorithm>

#include "hub/api_http/handlers.h"
#include "hub/api_http/problem.h"
#include "hub/api_http/text.h"
#include "hub/api_http/views.h"
#include "shared/manifest_yaml/parse.h"

namespace depops::hub::api_http {
namespace {

struct Apply {
  std::string kind;
  std::string name;
  depops::hub::Request command;
};

// The lines of `text` from `first` (1 is the first) up to and without `end`; a document's own text.
std::string lines(const std::string& text, std::size_t first, std::size_t end) {
  std::size_t from = 0;
  for (std::size_t line = 1; line < first && from != std::string::npos; ++line) {
    const auto newline = text.find('\n', from);
    from = newline == std::string::npos ? newline : newline + 1;
  }
  if (from == std::string::npos) return {};
  std::string out;
  std::size_t line = first;
  while (from < text.size() && line < end) {
    const auto newline = std::min(text.find('\n', from), text.size() - 1);
    const std::string one = text.substr(from, newline - from + 1);
    if (one.substr(0, 3) != "---") out += one;
    from = newline + 1;
    ++line;
  }
  return out;
}

Result<Apply> apply_of(const manifest::Document& document, std::string yaml) {
  Apply out{manifest::kind_of(document.content), manifest::name_in(document.content), {}};
  if (const auto* pipeline = std::get_if<manifest::Pipeline>(&document.content)) {
    out.command = ApplyPipeline{std::move(yaml), std::make_shared<const manifest::Pipeline>(*pipeline)};
  } else if (const auto* found = std::get_if<manifest::AnalysisTemplate>(&document.content)) {
    out.command = ApplyTemplate{std::move(yaml), std::make_shared<const manifest::AnalysisTemplate>(*found)};
  } else {
    return Error{Errc::unsupported,
                 out.kind + " " + out.name + ": this hub does not act on this kind yet; leave it out"};
  }
  return out;
}

// Templates before the pipelines that name them.
Result<std::vector<Apply>> applies_of(const std::string& text, const manifest::Parsed& parsed) {
  std::vector<Apply> out;
  for (std::size_t i = 0; i < parsed.documents.size(); ++i) {
    const bool last = i + 1 == parsed.documents.size();
    const auto end = last ? std::string::npos : static_cast<std::size_t>(parsed.documents[i + 1].place.line);
    DEPOPS_TRY(Apply apply, apply_of(parsed.documents[i],
                                     lines(text, static_cast<std::size_t>(parsed.documents[i].place.line), end)));
    out.push_back(std::move(apply));
  }
  std::stable_partition(out.begin(), out.end(), [](const Apply& apply) { return apply.kind == "AnalysisTemplate"; });
  return out;
}

bool exists(const DocumentView& documents, const Apply& apply) {
  const auto named = [&](const auto& list, const auto& name_of) {
    return std::any_of(list.begin(), list.end(), [&](const auto& document) { return name_of(document) == apply.name; });
  };
  return apply.kind == "Pipeline" ? named(documents.pipelines, [](const auto& d) { return d.service.str(); })
                                  : named(documents.templates, [](const auto& d) { return d.name.str(); });
}

// Each document is a command of its own, so each needs a key of its own.
Request numbered(const Request& request, std::size_t index) {
  Request out = request;
  std::string& key = out.headers["idempotency-key"];
  if (!key.empty()) key = key.substr(0, 120) + "#" + std::to_string(index);
  return out;
}

Response run_all(const Request& request, const Backend& backend, const std::vector<Apply>& applies) {
  const auto before = backend.registry.documents();
  if (!before) return problem_of(before.error());
  const bool dry_run = request.parameter("dryRun") == "true";
  json::Value items = json::Value::array();
  for (std::size_t i = 0; i < applies.size(); ++i) {
    const auto answer = give(numbered(request, i), backend, applies[i].command, dry_run);
    if (!answer) return problem_of(answer.error());
    if (!answer.value().ok) return problem_of(answer.value());
    const bool was_there = exists(before.value(), applies[i]);
    json::Value item;
    item.add("kind", applies[i].kind).add("name", applies[i].name);
    item.add("result", !was_there ? "created" : answer.value().changed ? "changed" : "unchanged");
    items.push(std::move(item));
  }
  json::Value out;
  out.add("items", std::move(items));
  return json_response(200, out);
}

}  // namespace

Response apply_documents(const Request& request, const Backend& backend) {
  const manifest::Parsed parsed = manifest_yaml::parse(request.body, "body");
  if (!parsed.ok()) {
    Reasons reasons;
    for (const auto& diagnostic : parsed.diagnostics)
      reasons.push_back({"manifest", manifest::to_string(diagnostic), "", {}, ""});
    return problem(422, "invalid", manifest::to_string(parsed.diagnostics), reasons);
  }
  if (parsed.documents.empty()) return problem(422, "invalid", "the body holds no document");
  const auto applies = applies_of(request.body, parsed);
  return applies ? run_all(request, backend, applies.value()) : problem_of(applies.error());
}

Response list_pipelines(const Request&, const Backend& backend) {
  const auto all = backend.registry.documents();
  if (!all) return problem_of(all.error());
  return json_response(200, list_of(all.value().pipelines, "", [](const PipelineDoc& item) { return view(item); }));
}

Response list_analysis_templates(const Request&, const Backend& backend) {
  const auto all = backend.registry.documents();
  if (!all) return problem_of(all.error());
  return json_response(200, list_of(all.value().templates, "", [](const TemplateDoc& item) { return view(item); }));
}

}  // namespace depops::hub::api_http
