#include "agent/hooks/leftovers.h"

#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "shared/crash_point/crash_point.h"

namespace depops::agent::hooks {
namespace {

constexpr int kGoneWithinMs = 5'000;  // what the kernel holds longer can not be waited for
constexpr int kFieldsToStart = 20;    // behind the name in brackets, up to the time of its start

// When the process began, in ticks since the boot; a number that is given again belongs to a later one. Empty: none.
std::string start_of(int pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  std::string text((std::istreambuf_iterator<char>(file)), {});
  const std::size_t bracket = text.rfind(')');
  if (bracket == std::string::npos) return {};
  std::istringstream fields(text.substr(bracket + 1));
  std::string field;
  for (int i = 0; i < kFieldsToStart; ++i) fields >> field;
  return field;
}

// A killed program is there until it is scheduled once more: the next one must not begin beside it.
void end_group(int pid, const std::string& start) {
  const int program = static_cast<int>(::syscall(SYS_pidfd_open, pid, 0));
  if (start_of(pid) == start && ::kill(-pid, SIGKILL) == 0 && program >= 0) {
    pollfd ended{program, POLLIN, 0};
    (void)::poll(&ended, 1, kGoneWithinMs);
  }
  if (program >= 0) ::close(program);
}

void end_noted(const std::filesystem::path& file) {
  std::ifstream note(file);
  int pid = 0;
  std::string start;
  if (note >> pid >> start && pid > 1) end_group(pid, start);
  std::error_code ignored;
  std::filesystem::remove(file, ignored);
}

}  // namespace

void note_running(const std::string& file, int pid) {
  crash_point("hook.note.before");
  std::ofstream(file) << pid << " " << start_of(pid) << "\n";
  crash_point("hook.note.after");
}

void note_ended(const std::string& file) {
  crash_point("hook.tidy.before");
  ::unlink(file.c_str());
  crash_point("hook.tidy.after");
}

void end_leftovers(const std::string& directory) {
  std::error_code failure;
  for (const auto& entry : std::filesystem::directory_iterator(directory, failure)) {
    if (entry.path().extension() == kNoteEnding) end_noted(entry.path());
  }
}

}  // namespace depops::agent::hooks
