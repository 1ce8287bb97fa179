#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>
#include <functional>
#include <memory>

#include "agent/main/commands.h"
#include "shared/crash_point/crash_point.h"

namespace {

constexpr int kUsage = 2;

void add_rollout(CLI::App& app, depops::agent::RolloutArguments& arguments) {
  CLI::App* rollout = app.add_subcommand("rollout", "Look at and steer rollouts at this site, without the hub");
  rollout->require_subcommand(1);
  const auto verb = [&](const char* name, const char* help) {
    CLI::App* sub = rollout->add_subcommand(name, help);
    sub->add_option("service", arguments.service, "Service")->required(std::string(name) != "status");
    sub->add_option("--config", arguments.config, "The agent's settings file")->required();
    sub->add_option("--reason,-m", arguments.reason, "Why; kept in the audit trail");
    sub->add_flag("--json", arguments.json, "Print JSON");
    sub->callback([&arguments, name] { arguments.verb = name; });
    return sub;
  };
  verb("status", "What runs here and what is under way");
  verb("pause", "Stand still");
  verb("resume", "Go on after a pause");
  verb("advance", "Go on past the current pause")->add_flag("--full", arguments.full, "Past all steps");
  verb("skip", "Leave the current step out");
  verb("approve", "Let it go on past the approval it waits for");
  verb("reject", "Answer no to that: back to stable");
  verb("abort", "End the rollout, back to stable");
  verb("retry", "Start a rolled back rollout again");
  verb("rollback", "Go to the version before; ends what is under way");
  verb("scale", "Another number of instances, also during a rollout")
      ->add_option("--replicas", arguments.replicas, "1 to 1,000, or declared: what its version declares")
      ->required();
}

void add_join(CLI::App& app, depops::agent::JoinArguments& arguments) {
  CLI::App* join = app.add_subcommand("join", "Become a site of a hub, with the token that 'depops site enroll' made");
  join->add_option("--hub", arguments.hub, "URL of the hub's joining listener");
  join->add_option("--site", arguments.site, "The site's name");
  join->add_option("--ca-digest", arguments.ca_digest, "Of the hub's authority; no other is trusted");
  join->add_option("--token-file", arguments.token_file, "File with the token, mode 0600; - for standard input");
  join->add_option("--directory", arguments.directory, "Where keys, certificate, settings and state go")->required();
  join->add_option("--request-file", arguments.request_file,
                   "Ask nobody: write the request to this new file, for 'depops site enroll NAME --request'");
  join->add_option("--answer", arguments.answer, "What came back for it; --directory is all that it needs beside");
  join->add_flag("--renew", arguments.renew,
                 "With one of these: the next certificate of the site in --directory, also if the last one ran out");
  join->add_option("--runtime", arguments.runtime, "What runs the services")
      ->check(CLI::IsMember({"process"}))
      ->capture_default_str();
  join->add_option("--port-range", arguments.port_range, "Ports for the services' processes")->capture_default_str();
  join->add_option("--bind", arguments.binds, "SERVICE=ADDRESS:PORT that HAProxy serves, several times");
}

struct Words {
  std::string config;
  std::string trust_root;
  bool json = false;
  depops::agent::JoinArguments join;
  depops::agent::RolloutArguments rollout;
};

// What is to be done. Of the parser nothing is left by then: an agent runs for months.
std::function<int()> task_of(int argc, char** argv) {
  const auto words = std::make_shared<Words>();
  CLI::App app{"depops-agent: carries out rollouts at one site, whether or not the hub can be reached"};
  app.set_version_flag("--version", DEPOPS_VERSION);
  app.require_subcommand(1);
  CLI::App* run = app.add_subcommand("run", "Run the agent until SIGTERM");
  run->add_option("--config", words->config, "Settings file")->required();
  CLI::App* init = app.add_subcommand("init", "Make the site's signing key and print its public part");
  init->add_option("--config", words->config, "Settings file")->required();
  CLI::App* check = app.add_subcommand("check", "Print what this site has, can reach and may do; starts nothing");
  check->add_option("--config", words->config, "Settings file")->required();
  check->add_flag("--json", words->json, "Print JSON");
  init->add_option("--trust-root", words->trust_root, "Trust root to pin: whose approval a rollout here needs");
  add_join(app, words->join);
  add_rollout(app, words->rollout);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const int status = app.exit(error) == 0 ? 0 : kUsage;
    return [status] { return status; };
  }
  if (run->parsed()) return [words] { return depops::agent::run_agent(words->config); };
  if (check->parsed()) return [words] { return depops::agent::check_site(words->config, words->json); };
  if (app.got_subcommand("join")) return [words] { return depops::agent::join_hub(words->join); };
  if (init->parsed()) return [words] { return depops::agent::init_agent(words->config, words->trust_root); };
  return [words] { return depops::agent::rollout_verb(words->rollout); };
}

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  if (!depops::arm_from_environment()) return kUsage;
  return task_of(argc, argv)();
}
