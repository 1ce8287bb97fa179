#include "agent/hooks/run_command.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <filesystem>

#include "agent/hooks/leftovers.h"
#include "shared/crash_point/crash_point.h"
#include "shared/spawn/run_program.h"

namespace depops::agent::hooks {
namespace {

using rollout::HookFact;
using rollout::HookOutcome;

constexpr std::size_t kOutputMax = 64 * 1024;

std::vector<std::string> environment_of(const HookOrder& order) {
  std::vector<std::string> variables{"IDEMPOTENCY_KEY=" + order.key};
  for (const auto& [name, value] : order.about) {
    std::string variable = "DEPOPS_" + name + "=";
    std::transform(variable.begin(), variable.end(), variable.begin(),
                   [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    variables.push_back(variable + value);
  }
  return variables;
}

void keep_output(const std::string& file, const std::string& output) {
  crash_point("hook.output.before");
  const int out = ::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  for (std::size_t at = 0; out >= 0 && at < output.size();) {
    const ssize_t written = ::write(out, output.data() + at, output.size() - at);
    if (written <= 0) break;  // a full disk: the status counts, not what was said
    at += static_cast<std::size_t>(written);
  }
  if (out >= 0) ::close(out);
  crash_point("hook.output.after");
}

HookFact fact_of(const std::string& program, const Result<Ended>& ended, const std::string& log) {
  if (!ended.ok()) return {0, HookOutcome::failed, program + " " + ended.error().what};
  if (ended->status == 0) return {0, HookOutcome::done, {}};
  return {0, HookOutcome::failed,
          program + " ended with status " + std::to_string(ended->status) + "; what it wrote is in " + log};
}

}  // namespace

bool is_allowed(const std::string& program, const std::vector<std::string>& allowed) {
  const std::filesystem::path path(program);
  if (!path.is_absolute() || path.lexically_normal() != path) return false;
  return std::any_of(allowed.begin(), allowed.end(), [&](const std::string& entry) {
    return entry == program || (entry.back() == '/' && program.rfind(entry, 0) == 0);
  });
}

HookFact run_command(const HookOrder& order, const std::vector<std::string>& allowed, const std::string& directory,
                     int stop_fd) {
  const auto& words = std::get<rollout::HookCommand>(order.call).words;
  if (!is_allowed(words.front(), allowed)) {
    return {0, HookOutcome::failed,
            words.front() + " may not run here: name it, or its folder, under hooks.programs in the agent's settings"};
  }
  const std::string base = directory + "/" + order.service.str();
  const std::string note = base + kNoteEnding;
  std::string output;
  const auto started = [&](int pid) {
    crash_point("hook.launch.after");
    note_running(note, pid);
  };
  Program program{.words = words, .environment = environment_of(order), .errors_too = true};
  crash_point("hook.launch.before");
  const auto ended = run_program(
      std::move(program),
      {.time = order.timeout, .output = kOutputMax, .stop_fd = stop_fd, .started = started, .output_so_far = &output});
  keep_output(base + ".log", output);
  note_ended(note);
  return fact_of(words.front(), ended, base + ".log");
}

}  // namespace depops::agent::hooks
