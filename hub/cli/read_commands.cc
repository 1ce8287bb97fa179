#include <CLI/CLI.hpp>
#include <memory>

#include "hub/cli/commands.h"
#include "hub/cli/describe.h"
#include "hub/cli/views.h"
#include "shared/manifest/diagnostic.h"

namespace depops::hub::cli {
namespace {

using json::Value;

struct ReadOptions {
  std::string kind;
  std::string name;
  std::string service;
  std::string environment;
  std::string state;
  std::size_t limit = 100;
};

Trouble unknown_kind(const std::string& word) {
  std::vector<std::string> words;
  std::string known;
  for (const Kind& kind : kinds()) {
    words.push_back(kind.plural);
    words.push_back(kind.singular);
    known += (known.empty() ? "" : ", ") + kind.plural;
  }
  const std::string near = manifest::nearest(word, words);
  return {Exit::usage, "no kind " + manifest::quoted(word) +
                           (near.empty() ? "; there are " + known : "; did you mean " + near + "?")};
}

// Where the list of a kind is; versions hang below their service.
Answer<std::string> path_of(const Kind& kind, const ReadOptions& options) {
  if (kind.singular != "version") return kind.path;
  if (options.service.empty()) return Trouble{Exit::usage, "versions are those of a service: name it with --service"};
  return "/api/v1/services/" + encoded(options.service) + "/versions";
}

Query query_of(const Kind& kind, const ReadOptions& options) {
  if (kind.singular == "site") return {{"environment", options.environment}};
  if (kind.singular != "deployment") return {};
  return {{"service", options.service}, {"environment", options.environment}, {"state", options.state}};
}

Exit get_all(Session& session, const Kind& kind, const ReadOptions& options) {
  const auto path = path_of(kind, options);
  if (!path.ok()) return session.fail(path.trouble());
  const auto hub = session.hub();
  if (!hub.ok()) return session.fail(hub.trouble());
  const auto items = (*hub)->list(*path, query_of(kind, options), options.limit);
  if (!items.ok()) return session.fail(items.trouble());
  if (items->second) session.say("there are more; see them with --limit 0");
  return session.print_list(kind.view, items->first);
}

// The thing itself, from its own place or out of the list.
Answer<Value> find_one(Session& session, const Kind& kind, const ReadOptions& options) {
  const auto hub = session.hub();
  if (!hub.ok()) return hub.trouble();
  if (kind.single) return (*hub)->get(kind.path + "/" + encoded(options.name));
  const auto path = path_of(kind, options);
  if (!path.ok()) return path.trouble();
  const auto items = (*hub)->list(*path, {}, 0);
  if (!items.ok()) return items.trouble();
  std::vector<std::string> names;
  for (const Value& item : items->first) {
    names.push_back(item[kind.view.name_member].as_string());
    if (names.back() == options.name) return item;
  }
  const std::string near = manifest::nearest(options.name, names);
  return Trouble{Exit::not_found,
                 "no " + kind.singular + " " + manifest::quoted(options.name) +
                     (near.empty() ? "; see: depops get " + kind.plural : "; did you mean " + near + "?")};
}

Exit get(Session& session, const ReadOptions& options) {
  const Kind* kind = kind_named(options.kind);
  if (kind == nullptr) return session.fail(unknown_kind(options.kind));
  if (options.name.empty()) return get_all(session, *kind, options);
  const auto found = find_one(session, *kind, options);
  return found.ok() ? session.print_one(kind->view, *found) : session.fail(found.trouble());
}

Exit describe(Session& session, const ReadOptions& options) {
  const Kind* kind = kind_named(options.kind);
  if (kind == nullptr) return session.fail(unknown_kind(options.kind));
  const auto found = find_one(session, *kind, options);
  if (!found.ok()) return session.fail(found.trouble());
  if (!session.table()) return session.print_one(kind->view, *found);
  const bool colour = session.colour_on(1);
  if (kind->singular == "deployment") return session.print_text(described_deployment(*found, colour));
  if (kind->singular == "site") return session.print_text(described_site(*found, colour));
  return session.print_text(described(*found));
}

}  // namespace

void add_read_commands(CLI::App& app, Session& session, Action& action) {
  auto options = std::make_shared<ReadOptions>();
  const auto add_filters = [options](CLI::App& command) {
    command.add_option("-s,--service", options->service, "only of this service");
    command.add_option("-e,--environment", options->environment, "only of this environment");
    command.add_option("--limit", options->limit, "at most so many; 0 for all")->capture_default_str();
  };
  CLI::App* read = app.add_subcommand("get",
                                      "list things, or show one: environments, sites, services, versions, pipelines, "
                                      "analysis-templates, deployments");
  read->add_option("KIND", options->kind)->required();
  read->add_option("NAME", options->name);
  read->add_option("--state", options->state, "deployments in this state; active and ended stand for several");
  add_filters(*read);
  read->callback([&session, &action, options] { action = [&session, options] { return get(session, *options); }; });
  CLI::App* show = app.add_subcommand("describe", "everything about one thing, for reading");
  show->add_option("KIND", options->kind)->required();
  show->add_option("NAME", options->name)->required();
  show->add_option("-s,--service", options->service, "of a version: its service");
  show->callback(
      [&session, &action, options] { action = [&session, options] { return describe(session, *options); }; });
  CLI::App* past = app.add_subcommand("history", "deployments of a service, newest first");
  past->add_option("SERVICE", options->service)->required();
  past->add_option("-e,--environment", options->environment, "only of this environment");
  past->add_option("--limit", options->limit, "at most so many; 0 for all")->capture_default_str();
  past->callback([&session, &action, options] {
    action = [&session, options] { return get_all(session, *kind_named("deployment"), *options); };
  });
}

}  // namespace depops::hub::cli
