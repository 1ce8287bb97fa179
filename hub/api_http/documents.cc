#include <algorithm>
#include <utility>

#include "hub/api_http/handlers.h"
#include "hub/api_http/problem.h"
#include "hub/api_http/text.h"
#include "hub/api_http/views.h"
#include "shared/manifest_yaml/parse.h"

namespace depops::hub::api_http {
namespace {

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

Result<ApplyDocument> apply_of(const manifest::Document& document, std::string yaml) {
  if (const auto* pipeline = std::get_if<manifest::Pipeline>(&document.content))
    return ApplyDocument(ApplyPipeline{std::move(yaml), std::make_shared<const manifest::Pipeline>(*pipeline)});
  if (const auto* found = std::get_if<manifest::AnalysisTemplate>(&document.content))
    return ApplyDocument(ApplyTemplate{std::move(yaml), std::make_shared<const manifest::AnalysisTemplate>(*found)});
  return Error{Errc::unsupported, std::string(manifest::kind_of(document.content)) + " " +
                                      manifest::name_in(document.content) +
                                      ": this hub does not act on this kind yet; leave it out"};
}

Result<ApplyDocuments> command_of(const std::string& text, const manifest::Parsed& parsed) {
  ApplyDocuments out;
  for (std::size_t i = 0; i < parsed.documents.size(); ++i) {
    const bool last = i + 1 == parsed.documents.size();
    const auto end = last ? std::string::npos : static_cast<std::size_t>(parsed.documents[i + 1].place.line);
    DEPOPS_TRY(ApplyDocument one, apply_of(parsed.documents[i],
                                           lines(text, static_cast<std::size_t>(parsed.documents[i].place.line), end)));
    out.documents.push_back(std::move(one));
  }
  return out;
}

Response run(const Request& request, const Backend& backend, ApplyDocuments command, const manifest::Parsed& parsed) {
  const auto answer = give(request, backend, std::move(command), request.parameter("dryRun") == "true");
  if (!answer) return problem_of(answer.error());
  if (!answer.value().ok) return problem_of(answer.value());
  json::Value items = json::Value::array();
  for (std::size_t i = 0; i < parsed.documents.size() && i < answer.value().results.size(); ++i) {
    const manifest::Content& content = parsed.documents[i].content;
    json::Value item;
    item.add("kind", manifest::kind_of(content)).add("name", manifest::name_in(content));
    items.push(item.add("result", answer.value().results[i]));
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
  auto command = command_of(request.body, parsed);
  return command ? run(request, backend, std::move(command).value(), parsed) : problem_of(command.error());
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
