#include <CLI/CLI.hpp>
#include <memory>

#include "hub/cli/commands.h"
#include "hub/cli/views.h"
#include "hub/cli/wait_options.h"

namespace depops::hub::cli {
namespace {

using json::Value;

constexpr Millis kWait{30 * 60 * 1'000};

struct DeployOptions {
  std::string service;
  std::string version;
  std::string environment;
  std::string from;
  std::string reason;
  bool supersede = false;
};
using Wait = std::shared_ptr<WaitOptions>;

void add_text(Value& body, const char* name, const std::string& text) {
  if (!text.empty()) body.add(name, Value(text));
}

// Posts the intent, says what became of it, and stays with it if asked to.
Exit start(Session& session, const std::string& path, const Value& body, const WaitOptions& wait) {
  const auto hub = session.hub();
  if (!hub.ok()) return session.fail(hub.trouble());
  const auto started = (*hub)->post(path, body);
  if (!started.ok()) return session.fail(started.trouble());
  const std::string id = (*started)["deployment"].as_string();
  session.say((*started)["started"].as_bool() ? "started " + id
                                              : "no new deployment; " + id + " is under way and goes back");
  if (wait.wait) {
    WatchOptions meant = watch_options_of(wait, kWait);
    const bool goes_back = !(*started)["started"].as_bool();
    if (goes_back && meant.goal.kind == Goal::Kind::completed) meant.goal.kind = Goal::Kind::gone_back;
    return watch(session, **hub, id, meant);
  }
  const auto deployment = (*hub)->get("/api/v1/deployments/" + encoded(id));
  if (!deployment.ok())
    return session.fail({deployment.trouble().exit, id + " was started, but: " + deployment.trouble().text});
  const Exit exit = session.print_one(deployment_view(), *deployment);
  session.suggest("depops rollout watch " + id);
  return exit;
}

Exit deploy(Session& session, const DeployOptions& options, const WaitOptions& wait) {
  Value body = Value::object();
  body.add("service", Value(options.service)).add("version", Value(options.version));
  body.add("environment", Value(options.environment));
  add_text(body, "reason", options.reason);
  if (options.supersede) body.add("supersede", Value(true));
  return start(session, "/api/v1/deployments", body, wait);
}

Exit promote(Session& session, const DeployOptions& options, const WaitOptions& wait) {
  Value body = Value::object();
  body.add("service", Value(options.service)).add("from", Value(options.from)).add("to", Value(options.environment));
  add_text(body, "version", options.version);
  add_text(body, "reason", options.reason);
  if (options.supersede) body.add("supersede", Value(true));
  return start(session, "/api/v1/promotions", body, wait);
}

Exit roll_back(Session& session, const DeployOptions& options, const WaitOptions& wait) {
  Value body = Value::object();
  body.add("service", Value(options.service)).add("environment", Value(options.environment));
  add_text(body, "to", options.version);
  add_text(body, "reason", options.reason);
  return start(session, "/api/v1/rollbacks", body, wait);
}

}  // namespace

void add_deploy_commands(CLI::App& app, Session& session, Action& action) {
  auto options = std::make_shared<DeployOptions>();
  const Wait wait = std::make_shared<WaitOptions>();
  const auto finish = [&](CLI::App* command, Exit (*run)(Session&, const DeployOptions&, const WaitOptions&)) {
    command->add_option("-m,--reason", options->reason, "why, for the record");
    add_wait_options(*command, wait, true);
    command->callback([&session, &action, options, wait, run] {
      action = [&session, options, wait, run] { return run(session, *options, *wait); };
    });
  };
  const auto supersedes = [&](CLI::App* command) {
    command->add_flag("--supersede", options->supersede,
                      "ends what is under way there of the service: its sites go back, then this begins");
  };
  CLI::App* start_one = app.add_subcommand("deploy", "bring a published version to an environment");
  start_one->add_option("SERVICE", options->service)->required();
  start_one->add_option("VERSION", options->version)->required();
  start_one->add_option("-e,--environment", options->environment)->required();
  supersedes(start_one);
  finish(start_one, deploy);
  CLI::App* forward = app.add_subcommand("promote", "bring the version that is healthy in one environment to the next");
  forward->add_option("SERVICE", options->service)->required();
  forward->add_option("--from", options->from, "the environment it is healthy in")->required();
  forward->add_option("--to", options->environment, "the environment it goes to")->required();
  forward->add_option("--version", options->version, "only if it is this one");
  supersedes(forward);
  finish(forward, promote);
  CLI::App* back =
      app.add_subcommand("rollback", "go to an earlier version, at once; ends a deployment that is under way");
  back->add_option("SERVICE", options->service)->required();
  back->add_option("-e,--environment", options->environment)->required();
  back->add_option("--to", options->version,
                   "the version; without it the one before. While a deployment is under way only that one");
  finish(back, roll_back);
}

}  // namespace depops::hub::cli
