#include "agent/command/run_program.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <utility>

namespace depops::agent::command {
namespace {

using Steady = std::chrono::steady_clock;

class Descriptor {
 public:
  explicit Descriptor(int number = -1) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() { close(); }
  int number() const { return number_; }
  void close() {
    if (number_ >= 0) ::close(std::exchange(number_, -1));
  }

 private:
  int number_;
};

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> found;
  for (std::string& text : texts) found.push_back(text.data());
  found.push_back(nullptr);
  return found;
}

// With nothing of ours but its standard output, in a group of its own.
Result<pid_t> start(const Program& program, int output) {
  std::vector<std::string> words{program.path};
  words.insert(words.end(), program.arguments.begin(), program.arguments.end());
  std::vector<std::string> environment = program.environment;
  posix_spawnattr_t attributes;
  posix_spawn_file_actions_t files;
  ::posix_spawnattr_init(&attributes);
  ::posix_spawn_file_actions_init(&files);
  sigset_t none, all;
  sigemptyset(&none);
  sigfillset(&all);
  ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  ::posix_spawnattr_setpgroup(&attributes, 0);
  ::posix_spawnattr_setsigmask(&attributes, &none);
  ::posix_spawnattr_setsigdefault(&attributes, &all);
  ::posix_spawn_file_actions_addchdir_np(&files, "/");
  ::posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_adddup2(&files, output, 1);
  ::posix_spawn_file_actions_addopen(&files, 2, "/dev/null", O_WRONLY, 0);
  ::posix_spawn_file_actions_addclosefrom_np(&files, 3);
  pid_t pid = -1;
  const int error = ::posix_spawn(&pid, program.path.c_str(), &files, &attributes, pointers(words).data(),
                                  pointers(environment).data());
  ::posix_spawn_file_actions_destroy(&files);
  ::posix_spawnattr_destroy(&attributes);
  if (error != 0) return Error{Errc::not_found, std::string("can not be started: ") + ::strerror(error)};
  return pid;
}

// What is there now; more than the cap is read and left out, so that a program that says much is not held up.
void take(int pipe, std::size_t max_output, std::string& output) {
  char bytes[4'096];
  for (ssize_t got = 0; (got = ::read(pipe, bytes, sizeof bytes)) > 0;) {
    output.append(bytes, std::min(static_cast<std::size_t>(got), max_output - output.size()));
  }
}

// Why it was not waited for to its end; empty: it ended.
std::string watch(int pidfd, int pipe, int stop_fd, Millis limit, std::size_t max_output, std::string& output) {
  const Steady::time_point deadline = Steady::now() + limit;
  bool piped = true;
  for (;;) {
    const auto left = std::chrono::ceil<Millis>(deadline - Steady::now()).count();
    if (left <= 0) return "was killed at its limit of " + std::to_string(limit.count()) + " ms";
    pollfd fds[3] = {{pidfd, POLLIN, 0}, {stop_fd, POLLIN, 0}, {piped ? pipe : -1, POLLIN, 0}};
    if (::poll(fds, 3, static_cast<int>(left)) < 0 && errno != EINTR) return ::strerror(errno);
    if (fds[1].revents != 0) return "was ended because the agent stops";
    if (fds[2].revents != 0) take(pipe, max_output, output);
    if ((fds[2].revents & POLLHUP) != 0) piped = false;
    if (fds[0].revents != 0) break;
  }
  take(pipe, max_output, output);
  return {};
}

}  // namespace

Result<Ended> run_program(const Program& program, Millis limit, std::size_t max_output, int stop_fd) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return Error{Errc::unavailable, std::string("no pipe: ") + ::strerror(errno)};
  const Descriptor reading(ends[0]);
  Descriptor writing(ends[1]);
  ::fcntl(ends[0], F_SETFL, O_NONBLOCK);
  DEPOPS_TRY(const pid_t pid, start(program, writing.number()));
  writing.close();
  const Descriptor pidfd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  Ended ended;
  const std::string trouble = watch(pidfd.number(), reading.number(), stop_fd, limit, max_output, ended.output);
  ::kill(-pid, SIGKILL);  // not waited for yet, so the number is still that of its group
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  if (!trouble.empty()) return Error{Errc::unavailable, trouble};
  if (!WIFEXITED(status)) return Error{Errc::unavailable, "died of signal " + std::to_string(WTERMSIG(status))};
  ended.status = WEXITSTATUS(status);
  return ended;
}

}  // namespace depops::agent::command
