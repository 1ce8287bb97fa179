#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>
#include <cstdlib>

#include "agent/main/commands.h"
#include "shared/crash_point/crash_point.h"

namespace {

constexpr int kUsage = 2;

// For tests: DEPOPS_CRASH_POINT=commit.after:3 ends the process at the third pass of that point, DEPOPS_CRASH_TRACE=F
// writes each pass of any into the file F.
bool arm_from_environment() {
  const char* trace = std::getenv("DEPOPS_CRASH_TRACE");
  if (trace != nullptr && !depops::trace_crash_points(trace)) {
    return std::fprintf(stderr, "DEPOPS_CRASH_TRACE: cannot write %s\n", trace), false;
  }
  const char* text = std::getenv("DEPOPS_CRASH_POINT");
  if (text == nullptr) return true;
  const std::string point(text);
  const auto colon = point.rfind(':');
  const auto nth = colon == std::string::npos ? 1 : std::strtoull(point.c_str() + colon + 1, nullptr, 10);
  if (depops::arm_crash_point(point.substr(0, colon), nth)) return true;
  return std::fprintf(stderr, "DEPOPS_CRASH_POINT: no point \"%s\"; shared/crash_point lists them\n", text), false;
}

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
  verb("abort", "End the rollout, back to stable");
  verb("retry", "Start a rolled back rollout again");
  verb("rollback", "Go to the version before; ends what is under way");
}

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  if (!arm_from_environment()) return kUsage;
  CLI::App app{"depops-agent: carries out rollouts at one site, whether or not the hub can be reached"};
  app.set_version_flag("--version", DEPOPS_VERSION);
  app.require_subcommand(1);
  std::string config;
  CLI::App* run = app.add_subcommand("run", "Run the agent until SIGTERM");
  run->add_option("--config", config, "Settings file")->required();
  CLI::App* init = app.add_subcommand("init", "Make the site's signing key and print its public part");
  init->add_option("--config", config, "Settings file")->required();
  depops::agent::RolloutArguments arguments;
  add_rollout(app, arguments);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kUsage;
  }
  if (run->parsed()) return depops::agent::run_agent(config);
  if (init->parsed()) return depops::agent::init_agent(config);
  return depops::agent::rollout_verb(arguments);
}
