#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>

#include "agent/shim/files.h"

namespace depops::shim {
namespace {

constexpr int kLockHeld = 75;
constexpr int kUsage = 64;

struct Task {
  std::string dir;
  std::string workdir;
  rlim_t memory = 0;
  rlim_t files = 0;
  std::uint64_t log_bytes = 0;
  char** argv = nullptr;
};

std::int64_t now_ms() {
  timespec time{};
  ::clock_gettime(CLOCK_BOOTTIME, &time);
  return static_cast<std::int64_t>(time.tv_sec) * 1000 + time.tv_nsec / 1'000'000;
}

void limit(__rlimit_resource resource, rlim_t value) {
  if (value == 0) return;
  const rlimit wanted{value, value};
  ::setrlimit(resource, &wanted);
}

[[noreturn]] void become(const Task& task, int log_pipe, int trouble_pipe) {
  ::setpgid(0, 0);
  sigset_t none;
  sigemptyset(&none);
  for (const int number : {SIGTERM, SIGINT, SIGHUP, SIGPIPE, SIGQUIT}) ::signal(number, SIG_DFL);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::dup2(log_pipe, 1);
  ::dup2(log_pipe, 2);
  limit(RLIMIT_AS, task.memory);
  limit(RLIMIT_NOFILE, task.files);
  std::string trouble;
  if (::chdir(task.workdir.c_str()) != 0) {
    trouble = "cannot enter " + task.workdir + ": " + ::strerror(errno);
  } else {
    ::execv(task.argv[0], task.argv);
    trouble = std::string("cannot run ") + task.argv[0] + ": " + ::strerror(errno);
  }
  [[maybe_unused]] const ssize_t ignored = ::write(trouble_pipe, trouble.data(), trouble.size());
  ::_exit(127);
}

// Everything that descends from the process was handed to us (child subreaper): end and reap it until nothing is left.
void end_descendants() {
  const std::string list = "/proc/self/task/" + std::to_string(::getpid()) + "/children";
  for (int round = 0; round < 1000; ++round) {
    FILE* children = ::fopen(list.c_str(), "re");
    if (children == nullptr) return;
    long pid = 0;
    bool any = false;
    while (::fscanf(children, "%ld", &pid) == 1) {
      ::kill(static_cast<pid_t>(pid), SIGKILL);
      any = true;
    }
    ::fclose(children);
    if (!any) return;
    ::waitpid(-1, nullptr, 0);
  }
}

void drain(int pipe, RotatingLog& log) {
  char buffer[16384];
  ssize_t got = 0;
  while ((got = ::read(pipe, buffer, sizeof buffer)) > 0) log.append(buffer, static_cast<std::size_t>(got));
}

int wait_for_end(pid_t child, int log_pipe, RotatingLog& log) {
  sigset_t mask;
  sigemptyset(&mask);
  sigaddset(&mask, SIGCHLD);
  const int signals = ::signalfd(-1, &mask, SFD_CLOEXEC | SFD_NONBLOCK);
  pollfd fds[2] = {{signals, POLLIN, 0}, {log_pipe, POLLIN, 0}};
  for (;;) {
    ::poll(fds, 2, -1);
    signalfd_siginfo info{};
    while (::read(signals, &info, sizeof info) > 0) {
    }
    drain(log_pipe, log);
    if ((fds[1].revents & (POLLHUP | POLLERR)) != 0) fds[1].fd = -1;  // all writers closed it; the process may live on
    int status = 0;
    for (pid_t ended = ::waitpid(-1, &status, WNOHANG); ended > 0; ended = ::waitpid(-1, &status, WNOHANG)) {
      if (ended == child) return status;
    }
  }
}

std::string describe(int status, const std::string& trouble) {
  if (!trouble.empty()) return "start failed: " + trouble;
  if (WIFSIGNALED(status)) return "signal " + std::to_string(WTERMSIG(status));
  return "exit " + std::to_string(WEXITSTATUS(status));
}

int run(const Task& task) {
  const int lock = take_lock(task.dir);
  if (lock < 0 || ::access((task.dir + "/exit").c_str(), F_OK) == 0) return kLockHeld;
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  for (const int number : {SIGTERM, SIGINT, SIGHUP, SIGPIPE, SIGQUIT}) ::signal(number, SIG_IGN);
  sigset_t mask;
  sigemptyset(&mask);
  sigaddset(&mask, SIGCHLD);
  ::sigprocmask(SIG_BLOCK, &mask, nullptr);
  int log_pipe[2];
  int trouble_pipe[2];
  if (::pipe2(log_pipe, O_CLOEXEC) != 0 || ::pipe2(trouble_pipe, O_CLOEXEC) != 0) return 1;
  const std::int64_t began = now_ms();
  const pid_t child = ::fork();
  if (child == 0) become(task, log_pipe[1], trouble_pipe[1]);
  ::close(log_pipe[1]);
  ::close(trouble_pipe[1]);
  if (child < 0) {
    write_file(task.dir, "exit", std::string("start failed: fork: ") + ::strerror(errno) + "\n0\n");
    return 1;
  }
  write_file(task.dir, "child", std::to_string(child) + " " + std::to_string(start_ticks(child)) + "\n");
  char text[512];
  const ssize_t said = ::read(trouble_pipe[0], text, sizeof text);  // ends when the program was replaced
  ::fcntl(log_pipe[0], F_SETFL, O_NONBLOCK);
  RotatingLog log(task.dir, task.log_bytes);
  const int status = wait_for_end(child, log_pipe[0], log);
  const std::int64_t lived = now_ms() - began;
  ::killpg(child, SIGKILL);
  end_descendants();
  drain(log_pipe[0], log);
  const std::string trouble(text, said > 0 ? static_cast<std::size_t>(said) : 0);
  write_file(task.dir, "exit", describe(status, trouble) + "\n" + std::to_string(lived) + "\n");
  return 0;
}

}  // namespace
}  // namespace depops::shim

int main(int argc, char** argv) {
  if (argc < 8 || ::strcmp(argv[6], "--") != 0) {
    ::fputs("usage: depops-shim DIR WORKDIR MEMORY FILES LOGBYTES -- PROGRAM ARGS...\n", stderr);
    return depops::shim::kUsage;
  }
  depops::shim::Task task;
  task.dir = argv[1];
  task.workdir = argv[2];
  task.memory = ::strtoull(argv[3], nullptr, 10);
  task.files = ::strtoull(argv[4], nullptr, 10);
  task.log_bytes = ::strtoull(argv[5], nullptr, 10);
  task.argv = argv + 7;
  return depops::shim::run(task);
}
