#include <CLI/CLI.hpp>
#include <memory>

#include "hub/cli/commands.h"
#include "hub/cli/describe.h"
#include "hub/cli/json_text.h"
#include "hub/cli/views.h"
#include "hub/cli/wait_options.h"

namespace depops::hub::cli {
namespace {

using json::Value;

struct RolloutOptions {
  std::string target;  // a deployment, or with an environment a service
  std::string environment;
  std::string site;
  std::string reason;
  int expected_step = 0;  // from 1; 0: any
  bool full = false;
};

// The deployment meant: by its id, or the newest of a service in an environment.
Answer<std::string> deployment_of(HubClient& hub, const RolloutOptions& options) {
  if (options.environment.empty()) return options.target;
  const auto found =
      hub.list("/api/v1/deployments", {{"service", options.target}, {"environment", options.environment}}, 1);
  if (!found.ok()) return found.trouble();
  if (!found->first.empty()) return found->first.front()["id"].as_string();
  return Trouble{Exit::not_found, "no deployment of " + options.target + " in " + options.environment + " yet"};
}

View command_view() {
  const auto member = [](const char* header, const char* name) {
    return Column{header, [name](const Value& row) { return plain_text(row[name]); }, false};
  };
  return {"command", "command", {member("SITE", "site"), member("COMMAND", "command")}};
}

Exit act(Session& session, const RolloutOptions& options, const std::string& verb) {
  const auto hub = session.hub();
  if (!hub.ok()) return session.fail(hub.trouble());
  const auto id = deployment_of(**hub, options);
  if (!id.ok()) return session.fail(id.trouble());
  Value body = Value::object();
  body.add("verb", Value(verb));
  if (!options.site.empty()) body.add("site", Value(options.site));
  if (options.full) body.add("full", Value(true));
  if (options.expected_step > 0) body.add("expectedStep", Value(options.expected_step - 1));
  if (!options.reason.empty()) body.add("reason", Value(options.reason));
  const auto given = (*hub)->post("/api/v1/deployments/" + encoded(*id) + "/actions", body);
  if (!given.ok()) return session.fail(given.trouble());
  const Exit exit = session.table() || session.globals.output == "name"
                        ? session.print_list(command_view(), (*given)["commands"].items())
                        : session.print_one(command_view(), *given);
  session.suggest("depops rollout watch " + *id);
  return exit;
}

Exit status(Session& session, const RolloutOptions& options) {
  const auto hub = session.hub();
  if (!hub.ok()) return session.fail(hub.trouble());
  const auto id = deployment_of(**hub, options);
  if (!id.ok()) return session.fail(id.trouble());
  const auto deployment = (*hub)->get("/api/v1/deployments/" + encoded(*id));
  if (!deployment.ok()) return session.fail(deployment.trouble());
  if (!session.table()) return session.print_one(deployment_view(), *deployment);
  return session.print_text(described_deployment(*deployment, session.colour_on(1)));
}

Exit follow(Session& session, const RolloutOptions& options, const WaitOptions& wait) {
  const auto hub = session.hub();
  if (!hub.ok()) return session.fail(hub.trouble());
  const auto id = deployment_of(**hub, options);
  if (!id.ok()) return session.fail(id.trouble());
  WatchOptions meant = watch_options_of(wait, Millis(0));
  meant.to_output = true;
  return watch(session, **hub, *id, meant);
}

void add_target(CLI::App& command, const std::shared_ptr<RolloutOptions>& options) {
  command.add_option("DEPLOYMENT", options->target, "its id; with -e the service whose newest deployment is meant")
      ->required();
  command.add_option("-e,--environment", options->environment);
}

void add_verb(CLI::App& rollout, Session& session, Action& action, const char* verb, const char* help) {
  CLI::App* command = rollout.add_subcommand(verb, help);
  auto options = std::make_shared<RolloutOptions>();
  add_target(*command, options);
  command->add_option("--site", options->site, "only at this site");
  command->add_option("-m,--reason", options->reason, "why, for the record");
  command->add_option("--expected-step", options->expected_step, "refuse if the current step is another one")
      ->check(CLI::PositiveNumber);
  if (std::string(verb) == "advance") command->add_flag("--full", options->full, "past all steps");
  command->callback([&session, &action, options, verb] {
    action = [&session, options, verb] { return act(session, *options, verb); };
  });
}

}  // namespace

void add_rollout_commands(CLI::App& app, Session& session, Action& action) {
  CLI::App* rollout = app.add_subcommand("rollout", "watch a deployment and act on it");
  rollout->require_subcommand(1);
  auto options = std::make_shared<RolloutOptions>();
  auto wait = std::make_shared<WaitOptions>();
  CLI::App* show = rollout->add_subcommand("status", "how it stands");
  add_target(*show, options);
  show->callback([&session, &action, options] { action = [&session, options] { return status(session, *options); }; });
  CLI::App* watched = rollout->add_subcommand("watch", "every change until it ends, or until --for holds");
  add_target(*watched, options);
  add_wait_options(*watched, wait, false);
  watched->callback([&session, &action, options, wait] {
    action = [&session, options, wait] { return follow(session, *options, *wait); };
  });
  add_verb(*rollout, session, action, "pause", "stand still where it is");
  add_verb(*rollout, session, action, "resume", "take a person's pause away");
  add_verb(*rollout, session, action, "advance", "go on past the current pause");
  add_verb(*rollout, session, action, "abort", "end it, back to the stable version");
  add_verb(*rollout, session, action, "retry", "try again what failed");
  add_verb(*rollout, session, action, "skip", "leave the current step out");
  add_verb(*rollout, session, action, "approve", "let it go on past the approval it waits for");
  add_verb(*rollout, session, action, "reject", "answer no to that: back to the stable version");
}

}  // namespace depops::hub::cli
