#include "shared/spawn/run_program.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <utility>

namespace depops {
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
    if (fds[1].revents != 0) return "was ended because it was told to stop";
    if (fds[2].revents != 0) take(pipe, max_output, output);
    if ((fds[2].revents & POLLHUP) != 0) piped = false;
    if (fds[0].revents != 0) break;
  }
  take(pipe, max_output, output);
  return {};
}

}  // namespace

Result<Ended> run_program(Program program, const RunLimits& limits) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return Error{Errc::unavailable, std::string("no pipe: ") + ::strerror(errno)};
  const Descriptor reading(ends[0]);
  Descriptor writing(ends[1]);
  ::fcntl(ends[0], F_SETFL, O_NONBLOCK);
  program.output = writing.number();
  program.quiet = !program.errors_too;
  program.own_session = true;
  program.directory = "/";
  DEPOPS_TRY(const int pid, spawn(program));
  writing.close();
  if (limits.started) limits.started(pid);
  const Descriptor pidfd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  Ended ended;
  const std::string trouble =
      watch(pidfd.number(), reading.number(), limits.stop_fd, limits.time, limits.output, ended.output);
  ::kill(-pid, SIGKILL);  // not waited for yet, so the number is still that of its group
  const int status = wait_for(pid);
  if (limits.output_so_far != nullptr) *limits.output_so_far = ended.output;
  if (!trouble.empty()) return Error{Errc::unavailable, trouble};
  if (!WIFEXITED(status)) return Error{Errc::unavailable, "died of signal " + std::to_string(WTERMSIG(status))};
  ended.status = WEXITSTATUS(status);
  return ended;
}

}  // namespace depops
