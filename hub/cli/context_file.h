#pragma once

#include <map>
#include <string>

#include "hub/cli/answer.h"

namespace depops::hub::cli {

// Where a hub is and how to sign in there.
struct Context {
  std::string hub;         // "http://127.0.0.1:8080"
  std::string token_file;  // absolute; empty: the token stands in the context file itself
  std::string token;
  std::string ca_file;  // absolute; for https, beside the system's
};

struct ContextFile {
  std::string current;
  std::map<std::string, Context> contexts;
};

// Environment variables, the lowest word on where files are.
struct Surroundings {
  std::string config;      // DEPOPS_CONFIG
  std::string user_file;   // $XDG_CONFIG_HOME/depops/config.yaml or $HOME/.config/depops/config.yaml; empty: no home
  std::string hub;         // DEPOPS_HUB
  std::string token_file;  // DEPOPS_TOKEN_FILE
  std::string context;     // DEPOPS_CONTEXT
  std::string ca_file;     // DEPOPS_CA_FILE
};

Surroundings surroundings_of_process();

// An absent file is an empty one. Refused if others than the owner could read a token in it.
Answer<ContextFile> read_context_file(const std::string& path);

// Whole or not at all, readable by the owner only.
Answer<bool> write_context_file(const std::string& path, const ContextFile& file);

// The file that `context` commands change: DEPOPS_CONFIG if set, else the user's.
Answer<std::string> file_to_change(const Surroundings& surroundings);

// What flags leave open from the variables, then DEPOPS_CONFIG, then the user's file. `flags` wins over all.
Answer<Context> choose_context(const Context& flags, const std::string& wanted, const Surroundings& surroundings);

// First line of a file, without the line end; at most 4 KiB.
Answer<std::string> read_token(const std::string& path);

}  // namespace depops::hub::cli
