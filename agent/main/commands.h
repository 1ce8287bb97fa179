#pragma once

#include <string>
#include <vector>

namespace depops::agent {

// The subcommands. Each returns the exit code: 0 done, 1 error, 2 usage, 5 not found, 6 blocked now.
int run_agent(const std::string& config);

// Prints what this site has, can reach and may do, line by line, each failed one with the remedy. Starts nothing and
// changes nothing. 0: all is well; 1: something failed; 2: the settings are wrong, which is all that is said then.
int check_site(const std::string& config, bool json);

// Makes the site's signing key where the settings say, unless it is there; prints {"site":..,"publicKey":..}. With the
// file of a trust root: pins it, and prints its digest as "trustRoot".
int init_agent(const std::string& config, const std::string& trust_root);

// Makes this directory a site: keys, certificate, settings. Prints {"site":..,"settings":..}. 6: the hub is busy. With
// `request_file` or `answer` nobody is asked over the network: the one is written for the hub and prints
// {"site":..,"request":..}, the other came from there. With `renew` they are about the next certificate of a site.
struct JoinArguments {
  std::string hub;  // "https://host:port" of the hub's joining listener
  std::string site;
  std::string ca_digest;   // of the hub's authority
  std::string token_file;  // "-": standard input
  std::string directory;
  std::string request_file;
  std::string answer;
  bool renew = false;
  std::string runtime = "process";
  std::string port_range = "20000-20999";
  std::vector<std::string> binds;  // "SERVICE=ADDRESS:PORT" of HAProxy; none: somebody else balances
};
int join_hub(const JoinArguments& arguments);

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
