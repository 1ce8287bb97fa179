#include "hub/cli/wait_options.h"

#include <CLI/CLI.hpp>

#include "shared/base/check.h"
#include "shared/manifest/quantity.h"

namespace depops::hub::cli {

void add_wait_options(CLI::App& command, const std::shared_ptr<WaitOptions>& options, bool with_flag) {
  if (with_flag)
    command.add_flag("--wait", options->wait, "wait until --for holds; fails at once when it no longer can");
  command.add_option("--for", options->goal, "completed, healthy, paused, step=N or any-terminal")
      ->capture_default_str()
      ->check([](const std::string& text) {
        return goal_named(text) ? "" : "must be completed, healthy, paused, step=N or any-terminal";
      });
  command.add_option("--timeout", options->timeout, "stop waiting after this long, for instance 30m")
      ->check([](const std::string& text) {
        const auto duration = manifest::parse_duration(text);
        return duration && *duration > Millis(0) ? "" : "must be a duration like 90s or 30m";
      });
}

WatchOptions watch_options_of(const WaitOptions& options, Millis otherwise) {
  const auto goal = goal_named(options.goal);
  DEPOPS_CHECK(goal.has_value());
  return {*goal, manifest::parse_duration(options.timeout).value_or(otherwise), false};
}

}  // namespace depops::hub::cli
