#pragma once

#include <string>

#include "hub/main/signer_settings.h"

namespace CLI {  // NOLINT(readability-identifier-naming): the library's own name
class App;
}

namespace depops::hub {

// `depops-hub signer [run|init|adopt]`.
struct SignerCommand {
  std::string database;  // adopt: the hub's
};

void add_signer_command(CLI::App& app, SignerCommand& command);
// What `app` was told; errors name place, cause and remedy.
Result<void> run_signer_command(const CLI::App& app, const SignerCommand& command, const std::string& config);

}  // namespace depops::hub
