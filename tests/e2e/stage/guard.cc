#include "tests/e2e/stage/guard.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "tests/e2e/stage/small_disk.h"
#include "tests/e2e/stage/trouble.h"

namespace depops::stage {
namespace {

namespace fs = std::filesystem;

constexpr int kRounds = 200;
constexpr int kBetween_ms = 25;

bool lies_in(const std::string& folder, const fs::path& link) {
  std::error_code gone;
  return fs::read_symlink(link, gone).string().starts_with(folder + "/");
}

// True if one was found.
bool kill_those_in(const std::string& folder) {
  bool any = false;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator("/proc", error)) {
    const int pid = std::atoi(entry.path().filename().c_str());
    if (pid <= 0 || pid == ::getpid()) continue;
    if (!lies_in(folder, entry.path() / "cwd") && !lies_in(folder, entry.path() / "exe")) continue;
    any = ::kill(pid, SIGKILL) == 0 || any;
  }
  return any;
}

[[noreturn]] void stand_by(const std::string& folder, int lifeline) {
  ::setsid();
  for (const int number : {SIGTERM, SIGINT, SIGHUP}) ::signal(number, SIG_IGN);
  char nothing = 0;
  while (::read(lifeline, &nothing, 1) > 0) {
  }
  for (int round = 0; round < kRounds && kill_those_in(folder); ++round) ::poll(nullptr, 0, kBetween_ms);
  unmount_inside(folder);
  std::error_code ignored;
  if (std::getenv("DEPOPS_KEEP") == nullptr) fs::remove_all(folder, ignored);
  ::_exit(0);
}

}  // namespace

Guard::Guard(const std::string& name) {
  folder_ = (fs::temp_directory_path() / ("depops-" + name + "-XXXXXX")).string();
  int ends[2];
  if (::mkdtemp(folder_.data()) == nullptr || ::pipe2(ends, O_CLOEXEC) != 0) {
    throw Trouble("cannot make a folder like " + folder_);
  }
  pid_ = ::fork();
  if (pid_ < 0) throw Trouble("cannot fork a guard");
  if (pid_ == 0) {
    ::close(ends[1]);
    stand_by(folder_, ends[0]);
  }
  ::close(ends[0]);
  lifeline_ = ends[1];
}

Guard::~Guard() {
  ::close(lifeline_);
  ::waitpid(pid_, nullptr, 0);
}

}  // namespace depops::stage
