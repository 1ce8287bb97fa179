#include <CLI/CLI.hpp>
#include <memory>

#include "hub/cli/commands.h"
#include "hub/cli/text_file.h"
#include "hub/cli/views.h"
#include "shared/manifest/resolve.h"
#include "shared/manifest_yaml/parse.h"

namespace depops::hub::cli {
namespace {

using json::Value;

struct DocumentOptions {
  std::vector<std::string> files;
  bool dry_run = false;
};

struct Checked {
  std::string text;  // all files, as one stream of documents
  Value::Array documents;
  std::vector<manifest::Document> parsed;
  std::vector<manifest::Diagnostic> wrong;
};

enum class Take { documents, documents_and_scenarios };

void add_valid(Checked& checked, const char* kind, const std::string& name) {
  Value row = Value::object();
  row.add("kind", Value(kind)).add("name", Value(name));
  checked.documents.push_back(row.add("result", Value("valid")));
}

void check_text(Checked& checked, const std::string& text, const std::string& file, Take take) {
  if (take == Take::documents_and_scenarios) {
    const auto parsed = manifest_yaml::parse_scenario(text, file);
    if (parsed.scenario) add_valid(checked, "Scenario", parsed.scenario->name);
    if (parsed.meant) checked.wrong.insert(checked.wrong.end(), parsed.diagnostics.begin(), parsed.diagnostics.end());
    if (parsed.meant) return;
  }
  const manifest::Parsed parsed = manifest_yaml::parse(text, file);
  checked.wrong.insert(checked.wrong.end(), parsed.diagnostics.begin(), parsed.diagnostics.end());
  for (const manifest::Document& document : parsed.documents) {
    add_valid(checked, manifest::kind_of(document.content), manifest::name_in(document.content));
  }
  checked.parsed.insert(checked.parsed.end(), parsed.documents.begin(), parsed.documents.end());
}

Answer<Checked> check_files(const std::vector<std::string>& files, Take take) {
  Checked checked;
  for (const std::string& file : files) {
    const auto text = read_text_file(file, manifest_yaml::kTextMax);
    if (!text.ok()) return text.trouble();
    check_text(checked, *text, file == "-" ? "<standard input>" : file, take);
    checked.text += (checked.text.empty() ? "" : "\n---\n") + *text;
  }
  return checked;
}

Exit refuse(Session& session, const Checked& checked) {
  const std::size_t count = checked.wrong.size();
  const std::string head =
      std::to_string(count) + (count == 1 ? " thing is" : " things are") + " wrong; nothing was done\n";
  return session.fail({Exit::error, head + manifest::to_string(checked.wrong)});
}

// As the hub would, as far as these files go: a template that is not among them may be at the hub.
void resolve(Checked& checked) {
  bool elsewhere = false;
  const auto find = [&](const TemplateName& name) -> const manifest::AnalysisTemplate* {
    for (const manifest::Document& document : checked.parsed) {
      const auto* found = std::get_if<manifest::AnalysisTemplate>(&document.content);
      if (found != nullptr && found->name == name) return found;
    }
    elsewhere = true;
    return nullptr;
  };
  for (const manifest::Document& document : checked.parsed) {
    const auto* pipeline = std::get_if<manifest::Pipeline>(&document.content);
    if (pipeline == nullptr) continue;
    elsewhere = false;
    const auto resolved = manifest::check_resolved(*pipeline, find);
    if (!resolved && !elsewhere)
      checked.wrong.push_back({document.file, document.place, "spec", resolved.error().what});
  }
}

Exit validate(Session& session, const DocumentOptions& options) {
  const auto read = check_files(options.files, Take::documents_and_scenarios);
  if (!read.ok()) return session.fail(read.trouble());
  Checked checked = *read;
  if (checked.wrong.empty()) resolve(checked);
  return checked.wrong.empty() ? session.print_list(apply_view(), checked.documents) : refuse(session, checked);
}

Exit apply(Session& session, const DocumentOptions& options) {
  const auto checked = check_files(options.files, Take::documents);
  if (!checked.ok()) return session.fail(checked.trouble());
  if (!checked->wrong.empty()) return refuse(session, *checked);
  const auto hub = session.hub();
  if (!hub.ok()) return session.fail(hub.trouble());
  const auto answer = (*hub)->put_yaml("/api/v1/documents", {{"dryRun", options.dry_run ? "true" : ""}}, checked->text);
  if (!answer.ok()) return session.fail(answer.trouble());
  const auto& items = (*answer)["items"].items();
  const Exit exit = session.print_list(apply_view(), items);
  if (exit != Exit::done || !options.dry_run) return exit;
  session.say("nothing was changed (--dry-run)");
  for (const Value& item : items) {
    if (item["result"].as_string() != "unchanged") return Exit::differences;
  }
  return exit;
}

}  // namespace

void add_document_commands(CLI::App& app, Session& session, Action& action) {
  auto options = std::make_shared<DocumentOptions>();
  CLI::App* check = app.add_subcommand("validate", "check files against the schema and its rules; needs no hub");
  check->add_option("-f,--file", options->files, "YAML, several times; - is standard input")->required();
  check->callback(
      [&session, &action, options] { action = [&session, options] { return validate(session, *options); }; });
  CLI::App* command = app.add_subcommand("apply", "give pipelines and analysis templates to the hub, all or none");
  command->add_option("-f,--file", options->files, "YAML, several times; - is standard input")->required();
  command->add_flag("--dry-run", options->dry_run, "only say what would change; exit status 10 if anything would");
  command->callback(
      [&session, &action, options] { action = [&session, options] { return apply(session, *options); }; });
}

}  // namespace depops::hub::cli
