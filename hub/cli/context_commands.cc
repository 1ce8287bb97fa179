#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>

#include "hub/cli/commands.h"
#include "shared/base/names.h"

namespace depops::hub::cli {
namespace {

using json::Value;

struct ContextOptions {
  std::string name;
  Context context;
  bool token_from_input = false;
  bool use = false;
};

View context_view() {
  const auto member = [](const char* header, const char* name) {
    return Column{header, [name](const Value& row) { return row[name].as_string(); }, false};
  };
  return {"context",
          "name",
          {member("CURRENT", "current"), member("NAME", "name"), member("HUB", "hub"), member("TOKEN", "token")}};
}

struct Opened {
  std::string path;
  ContextFile file;
};

Answer<Opened> open_file(const Session& session) {
  const auto path = file_to_change(session.surroundings());
  if (!path.ok()) return path.trouble();
  const auto file = read_context_file(*path);
  if (!file.ok()) return file.trouble();
  return Opened{*path, *file};
}

Exit list_contexts(Session& session) {
  const auto opened = open_file(session);
  if (!opened.ok()) return session.fail(opened.trouble());
  Value::Array rows;
  for (const auto& [name, context] : opened->file.contexts) {
    Value row = Value::object();
    row.add("name", Value(name)).add("hub", Value(context.hub));
    row.add("token", Value(context.token_file.empty() ? (context.token.empty() ? "" : "in the context file")
                                                      : context.token_file));
    row.add("current", Value(name == opened->file.current ? "*" : ""));
    rows.push_back(std::move(row));
  }
  return session.print_list(context_view(), rows);
}

Exit save(Session& session, const Opened& opened, const std::string& said) {
  const auto written = write_context_file(opened.path, opened.file);
  if (!written.ok()) return session.fail(written.trouble());
  session.say(said + " (" + opened.path + ")");
  return Exit::done;
}

Exit use_context(Session& session, const std::string& name) {
  auto opened = open_file(session);
  if (!opened.ok()) return session.fail(opened.trouble());
  Opened changed = opened.take();
  if (!changed.file.contexts.contains(name)) {
    return session.fail({Exit::not_found, "no context \"" + name + "\"; see: depops context list"});
  }
  changed.file.current = name;
  return save(session, changed, "context \"" + name + "\" is used from now on");
}

std::string absolute(const std::string& path) {
  return path.empty() ? "" : std::filesystem::absolute(path).lexically_normal().string();
}

Exit set_context(Session& session, const ContextOptions& options) {
  if (!is_name(options.name)) {
    return session.fail({Exit::usage, "a context's name is of lower-case letters, digits and inner hyphens"});
  }
  auto opened = open_file(session);
  if (!opened.ok()) return session.fail(opened.trouble());
  Opened changed = opened.take();
  Context& context = changed.file.contexts[options.name];
  const Context& flags = session.globals.flags;
  if (!flags.hub.empty()) context.hub = flags.hub;
  if (!flags.ca_file.empty()) context.ca_file = absolute(flags.ca_file);
  if (!flags.token_file.empty() || options.token_from_input) {
    auto token = read_token(options.token_from_input ? "/dev/stdin" : flags.token_file);
    if (!token.ok()) return session.fail(token.trouble());
    context.token = options.token_from_input ? token.take() : "";
    context.token_file = options.token_from_input ? "" : absolute(flags.token_file);
  }
  if (context.hub.empty()) return session.fail({Exit::usage, "a new context needs --hub URL"});
  if (options.use || changed.file.current.empty()) changed.file.current = options.name;
  return save(session, changed, "context \"" + options.name + "\" is set");
}

Exit delete_context(Session& session, const std::string& name) {
  auto opened = open_file(session);
  if (!opened.ok()) return session.fail(opened.trouble());
  Opened changed = opened.take();
  if (changed.file.contexts.erase(name) == 0) return session.fail({Exit::not_found, "no context \"" + name + "\""});
  if (changed.file.current == name) changed.file.current.clear();
  return save(session, changed, "context \"" + name + "\" is deleted");
}

}  // namespace

void add_context_commands(CLI::App& app, Session& session, Action& action) {
  CLI::App* context = app.add_subcommand("context", "hubs this command knows, and which one it speaks to");
  context->require_subcommand(1);
  auto options = std::make_shared<ContextOptions>();
  context->add_subcommand("list", "all contexts")->callback([&session, &action] {
    action = [&session] { return list_contexts(session); };
  });
  CLI::App* use = context->add_subcommand("use", "speak to this one from now on");
  use->add_option("NAME", options->name)->required();
  use->callback(
      [&session, &action, options] { action = [&session, options] { return use_context(session, options->name); }; });
  CLI::App* set = context->add_subcommand("set", "make or change one: with --hub, --token-file, --ca-file");
  set->add_option("NAME", options->name)->required();
  set->add_flag("--token-stdin", options->token_from_input,
                "read the token from standard input and keep it in the context file");
  set->add_flag("--use", options->use, "speak to this one from now on");
  set->callback(
      [&session, &action, options] { action = [&session, options] { return set_context(session, *options); }; });
  CLI::App* remove = context->add_subcommand("delete", "forget one");
  remove->add_option("NAME", options->name)->required();
  remove->callback([&session, &action, options] {
    action = [&session, options] { return delete_context(session, options->name); };
  });
}

}  // namespace depops::hub::cli
