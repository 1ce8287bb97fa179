#include <CLI/CLI.hpp>
#include <charconv>
#include <memory>

#include "hub/cli/commands.h"
#include "hub/cli/json_text.h"
#include "hub/cli/views.h"

namespace depops::hub::cli {
namespace {

using json::Value;

struct ScaleOptions {
  std::string service;
  std::string environment;
  std::string site;
  std::string replicas;  // a number or "declared"
  std::string reason;
};

View given_view() {
  const auto member = [](const char* header, const char* name) {
    return Column{header, [name](const Value& row) { return plain_text(row[name]); }, false};
  };
  return {"command", "command", {member("SITE", "site"), member("COMMAND", "command")}};
}

// False: it is neither a number nor "declared".
bool add_replicas(Value& body, const std::string& text) {
  if (text == "declared") {
    body.add("declared", Value(true));
    return true;
  }
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return false;
  body.add("replicas", Value(number));
  return true;
}

Exit scale(Session& session, const ScaleOptions& options) {
  Value body = Value::object();
  body.add("environment", Value(options.environment));
  if (!options.site.empty()) body.add("site", Value(options.site));
  if (!options.reason.empty()) body.add("reason", Value(options.reason));
  if (!add_replicas(body, options.replicas))
    return session.fail(
        {Exit::usage, "--replicas is \"" + options.replicas + "\"; a number from 1 to 1,000, or declared"});
  const auto hub = session.hub();
  if (!hub.ok()) return session.fail(hub.trouble());
  const auto given = (*hub)->post("/api/v1/services/" + encoded(options.service) + "/scale", body);
  if (!given.ok()) return session.fail(given.trouble());
  const bool rows = session.table() || session.globals.output == "name";
  const Exit exit =
      rows ? session.print_list(given_view(), (*given)["commands"].items()) : session.print_one(given_view(), *given);
  session.suggest("depops rollout status " + options.service + " -e " + options.environment);
  return exit;
}

}  // namespace

void add_scale_command(CLI::App& app, Session& session, Action& action) {
  auto options = std::make_shared<ScaleOptions>();
  CLI::App* command = app.add_subcommand("scale", "another number of instances of a service, also during a rollout");
  command->add_option("SERVICE", options->service)->required();
  command->add_option("-e,--environment,--env", options->environment)->required();
  command->add_option("--site", options->site, "only at this site");
  command->add_option("--replicas", options->replicas, "1 to 1,000, or declared: what its version declares")
      ->required();
  command->add_option("-m,--reason", options->reason, "why, for the record");
  command->callback(
      [&session, &action, options] { action = [&session, options] { return scale(session, *options); }; });
}

}  // namespace depops::hub::cli
