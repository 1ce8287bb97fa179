#pragma once

#include <string>

namespace depops::agent {

// The subcommands. Each returns the exit code: 0 done, 1 error, 2 usage, 5 not found, 6 blocked now.
int run_agent(const std::string& config);

// Makes the site's signing key where the settings say, unless it is there; prints {"site":..,"publicKey":..}. With the
// file of a trust root: pins it, and prints its digest as "trustRoot".
int init_agent(const std::string& config, const std::string& trust_root);

struct RolloutArguments {
  std::string config;
  std::string verb;
  std::string service;
  std::string reason;
  bool full = false;
  std::string replicas;  // of scale: a number, or "declared"
  bool json = false;
};
int rollout_verb(const RolloutArguments& arguments);

// "/state/directory/agent.sock"
std::string socket_path(const std::string& state_directory);

}  // namespace depops::agent
