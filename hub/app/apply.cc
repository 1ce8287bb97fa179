#include "hub/app/apply.h"

#include <set>
#include <utility>

#include "hub/app/registry.h"
#include "shared/manifest/resolve.h"

namespace depops::hub {
namespace {

// What holds as soon as the request is taken: its own templates before the applied ones.
using Templates = std::map<TemplateName, const manifest::AnalysisTemplate*>;

Templates templates_of(const World& world, const ApplyDocuments& request) {
  Templates out;
  for (const auto& [name, held] : world.catalog.templates) out[name] = held.get();
  for (const ApplyDocument& document : request.documents)
    if (const auto* one = std::get_if<ApplyTemplate>(&document))
      out[one->analysis_template->name] = one->analysis_template.get();
  return out;
}

// The deployment would be refused for the same later; here it is said to whoever wrote the file.
Result<void> check_pipeline(const manifest::Pipeline& pipeline, const Templates& templates) {
  return manifest::check_resolved(pipeline, [&](const TemplateName& name) -> const manifest::AnalysisTemplate* {
    const auto found = templates.find(name);
    return found == templates.end() ? nullptr : found->second;
  });
}

Result<void> check_template(const manifest::AnalysisTemplate& analysis_template) {
  if (analysis_template.later.empty()) return {};
  const manifest::Later& first = analysis_template.later.front();
  return Error{Errc::refused, "AnalysisTemplate " + analysis_template.name.str() + ": " + first.what + " (line " +
                                  std::to_string(first.place.line) +
                                  ") comes with a later version; remove it from the file to go on without it"};
}

std::string name_of(const ApplyDocument& document) {
  if (const auto* pipeline = std::get_if<ApplyPipeline>(&document))
    return "Pipeline " + pipeline->pipeline->service.str();
  return "AnalysisTemplate " + std::get<ApplyTemplate>(document).analysis_template->name.str();
}

Result<void> check_all(const World& world, const ApplyDocuments& request) {
  const Templates templates = templates_of(world, request);
  std::set<std::string> names;
  for (const ApplyDocument& document : request.documents) {
    if (!names.insert(name_of(document)).second)
      return Error{Errc::invalid, name_of(document) + " is there twice; leave one of them out"};
    const auto* pipeline = std::get_if<ApplyPipeline>(&document);
    const auto good = pipeline != nullptr ? check_pipeline(*pipeline->pipeline, templates)
                                          : check_template(*std::get<ApplyTemplate>(document).analysis_template);
    if (!good) return good;
  }
  return {};
}

// One kind of document: where its rows, its parsed form and its changes are.
template <typename Name, typename Doc, typename Parsed>
struct Shelf {
  std::map<Name, Doc>& rows;
  std::map<Name, std::shared_ptr<const Parsed>>& parsed;
  std::vector<Doc>& changed;
  const char* word;
};

// "created", "changed" or "unchanged".
template <typename Name, typename Doc, typename Parsed>
std::string take(Turn& turn, Shelf<Name, Doc, Parsed> shelf, Name Doc::*key, const Name& name, const std::string& yaml,
                 std::shared_ptr<const Parsed> parsed, bool dry_run) {
  const auto held = shelf.rows.find(name);
  const Digest digest = turn.codec.digest(yaml);
  if (held != shelf.rows.end() && held->second.digest == digest) return "unchanged";
  const bool known = held != shelf.rows.end();
  if (dry_run) return known ? "changed" : "created";
  Doc next = known ? held->second : Doc();
  const std::string before = next.yaml;
  next.*key = name;
  next.yaml = yaml;
  next.digest = digest;
  ++next.revision;
  next.applied_at = turn.now.wall;
  next.applied_by = turn.actor;
  turn.leaf(std::string(shelf.word) + ".applied", std::string(shelf.word) + "/" + name.str(), before, yaml,
            "revision " + std::to_string(next.revision));
  shelf.changed.push_back(next);
  shelf.parsed[name] = std::move(parsed);
  shelf.rows.insert_or_assign(name, std::move(next));
  return known ? "changed" : "created";
}

std::string take_document(Turn& turn, const ApplyDocument& document, bool dry_run) {
  World& world = turn.world;
  Changeset& changes = turn.out.changes;
  if (const auto* one = std::get_if<ApplyPipeline>(&document)) {
    Shelf<ServiceName, PipelineDoc, manifest::Pipeline> shelf{world.pipelines, world.catalog.pipelines,
                                                              changes.pipelines, "pipeline"};
    return take(turn, shelf, &PipelineDoc::service, one->pipeline->service, one->yaml, one->pipeline, dry_run);
  }
  const auto& one = std::get<ApplyTemplate>(document);
  Shelf<TemplateName, TemplateDoc, manifest::AnalysisTemplate> shelf{world.templates, world.catalog.templates,
                                                                     changes.templates, "template"};
  return take(turn, shelf, &TemplateDoc::name, one.analysis_template->name, one.yaml, one.analysis_template, dry_run);
}

}  // namespace

Answer apply_documents(Turn& turn, const ApplyDocuments& request, bool dry_run) {
  if (const auto good = check_all(turn.world, request); !good) {
    const bool later = good.error().code == Errc::refused;
    return refused(later ? Errc::unsupported : good.error().code, good.error().what);
  }
  Answer answer = made("documents", false);
  for (const ApplyDocument& document : request.documents) {
    answer.results.push_back(take_document(turn, document, dry_run));
    if (answer.results.back() != "unchanged" && !dry_run) answer.changed = true;
  }
  return answer;
}

}  // namespace depops::hub
