#pragma once

#include <memory>
#include <string>

#include "hub/cli/answer.h"
#include "hub/cli/watch.h"

namespace CLI {  // NOLINT(readability-identifier-naming): the library's own name
class App;
}

namespace depops::hub::cli {

// --wait, --for and --timeout of a command that starts something.
struct WaitOptions {
  bool wait = false;
  std::string goal = "completed";
  std::string timeout;
};

void add_wait_options(CLI::App& command, const std::shared_ptr<WaitOptions>& options, bool with_flag);

// What they say; the texts were checked when the command line was read. `otherwise` is the time without --timeout.
WatchOptions watch_options_of(const WaitOptions& options, Millis otherwise);

}  // namespace depops::hub::cli
