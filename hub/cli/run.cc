#include "hub/cli/run.h"

#include <CLI/CLI.hpp>
#include <csignal>
#include <iostream>

#include "hub/cli/commands.h"
#include "shared/manifest/diagnostic.h"

namespace depops::hub::cli {
namespace {

void add_globals(CLI::App& app, Globals& globals) {
  app.add_option("--hub", globals.flags.hub, "the hub's address; else DEPOPS_HUB, else the context");
  app.add_option("--token-file", globals.flags.token_file,
                 "file with the token; else DEPOPS_TOKEN_FILE, else the context");
  app.add_option("--ca-file", globals.flags.ca_file, "certificates to trust for https, beside the system's");
  app.add_option("--context", globals.context, "use this context");
  app.add_option("-o,--output", globals.output, "table, wide, json, yaml or name")
      ->capture_default_str()
      ->check(CLI::IsMember({"table", "wide", "json", "yaml", "name"}));
  app.add_flag("--no-headers", globals.no_headers, "tables without their first line");
  app.add_flag("-q,--quiet", globals.quiet, "no progress and no hints on standard error");
  app.add_flag("--no-color", globals.no_color, "no colour; also NO_COLOR");
}

void add_version(CLI::App& app, Session& session, Action& action, const char* version) {
  app.add_subcommand("version", "of this program")->callback([&session, &action, version] {
    action = [&session, version] {
      if (session.table()) return session.print_text("depops " + std::string(version) + "\n");
      json::Value value = json::Value::object();
      value.add("name", json::Value("depops")).add("version", json::Value(version));
      return session.print_one({"version", "version", {}}, value);
    };
  });
}

void add_all(CLI::App& app, Session& session, Action& action, const char* version) {
  app.fallthrough();
  app.require_subcommand(1);
  add_globals(app, session.globals);
  add_context_commands(app, session, action);
  add_registry_commands(app, session, action);
  add_publish_command(app, session, action);
  add_document_commands(app, session, action);
  add_read_commands(app, session, action);
  add_deploy_commands(app, session, action);
  add_scale_command(app, session, action);
  add_rollout_commands(app, session, action);
  add_replica_plan_command(*app.get_subcommand("rollout"), session, action);
  add_simulate_command(*app.get_subcommand("rollout"), session, action);
  add_analysis_commands(app, session, action);
  add_record_commands(app, session, action);
  add_access_commands(app, session, action);
  add_hub_commands(app, session, action);
  add_keys_commands(app, session, action);
  add_trust_commands(app, session, action);
  add_approve_command(app, session, action);
  add_completion_commands(app, session, action);
  add_version(app, session, action, version);
}

// The command that the person was writing when it went wrong.
const CLI::App* deepest(const CLI::App* app) {
  while (!app->get_subcommands().empty()) app = app->get_subcommands().back();
  return app;
}

std::string path_of(const CLI::App* app) {
  return app->get_parent() == nullptr ? app->get_name() : path_of(app->get_parent()) + " " + app->get_name();
}

// A word that is no command, set right if one is near.
std::string hint_for(const CLI::App& app) {
  std::vector<std::string> known;
  const CLI::App* at = deepest(&app);
  for (const CLI::App* command : at->get_subcommands(nullptr)) known.push_back(command->get_name());
  for (const std::string& word : app.remaining(true)) {
    const std::string near = manifest::nearest(word, known);
    if (!near.empty()) return "\n  did you mean: " + path_of(at) + " " + near + "?";
  }
  return "\n  see: " + path_of(at) + " --help";
}

}  // namespace

int run(int argc, const char* const* argv, const char* version) {
  std::signal(SIGPIPE, SIG_IGN);
  Session session(surroundings_of_process());
  Action action;
  CLI::App app("Says what should run where and when, and shows what became of it.", "depops");
  add_all(app, session, action, version);
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    return static_cast<int>(session.print_text(deepest(&app)->help("", CLI::AppFormatMode::Normal)));
  } catch (const CLI::ParseError& e) {
    return static_cast<int>(session.fail({Exit::usage, e.what() + hint_for(app)}));
  }
  return static_cast<int>(action());
}

}  // namespace depops::hub::cli
