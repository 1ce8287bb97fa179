#include "tests/e2e/stage/program.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <utility>

namespace depops::stage {
namespace {

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> list;
  for (std::string& text : texts) list.push_back(text.data());
  list.push_back(nullptr);
  return list;
}

std::vector<std::string> environment(const Command& command) {
  std::vector<std::string> lines{"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG=C.UTF-8",
                                 "HOME=" + command.folder};
  for (const auto& [name, value] : command.variables) lines.push_back(name + "=" + value);
  return lines;
}

pid_t spawn(const Command& command) {
  auto words = command.words;
  auto variables = environment(command);
  posix_spawn_file_actions_t files;
  posix_spawnattr_t attributes;
  sigset_t none;
  sigemptyset(&none);
  ::posix_spawnattr_init(&attributes);
  ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK);
  ::posix_spawnattr_setsigmask(&attributes, &none);
  ::posix_spawn_file_actions_init(&files);
  const int flags = O_WRONLY | O_CREAT | O_APPEND;
  ::posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_addopen(&files, 2, command.log.c_str(), flags, 0600);
  if (command.output.empty()) {
    ::posix_spawn_file_actions_adddup2(&files, 2, 1);
  } else {
    ::posix_spawn_file_actions_addopen(&files, 1, command.output.c_str(), flags | O_TRUNC, 0600);
  }
  ::posix_spawn_file_actions_addclosefrom_np(&files, 3);
  ::posix_spawn_file_actions_addchdir_np(&files, command.folder.c_str());
  pid_t pid = -1;
  const int failed =
      ::posix_spawnp(&pid, words[0].c_str(), &files, &attributes, pointers(words).data(), pointers(variables).data());
  ::posix_spawn_file_actions_destroy(&files);
  ::posix_spawnattr_destroy(&attributes);
  if (failed != 0) throw Trouble("cannot start " + words[0] + ": " + ::strerror(failed));
  return pid;
}

}  // namespace

Program::Program(const Command& command) : pid_(spawn(command)), log_(command.log) {}

Program::~Program() {
  if (!running()) return;
  signal(SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

Program::Program(Program&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)),
      status_(std::exchange(other.status_, {})),
      log_(std::exchange(other.log_, {})) {}

Program& Program::operator=(Program&& other) noexcept {
  std::swap(pid_, other.pid_);
  std::swap(status_, other.status_);
  std::swap(log_, other.log_);
  return *this;
}

void Program::look() {
  int status = 0;
  if (pid_ < 0 || status_ || ::waitpid(pid_, &status, WNOHANG) != pid_) return;
  status_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

bool Program::running() {
  look();
  return pid_ >= 0 && !status_;
}

void Program::wait_until(const std::string& what, Seconds most, const std::function<bool()>& done) {
  stage::wait_until(
      what, most,
      [&] {
        if (!running()) throw Trouble("its program ended before: " + what + "\n" + read_file(log_));
        return done();
      },
      [&] { return read_file(log_); });
}

void Program::signal(int number) {
  if (running()) ::kill(pid_, number);
}

int Program::wait_end(const std::string& what, Seconds most) {
  stage::wait_until(what, most, [this] { return !running(); });
  return status_.value_or(-1);
}

Ran run(Command command, Seconds most) {
  std::string made;
  if (command.output.empty()) {
    made = command.folder + "/output-XXXXXX";
    ::close(::mkstemp(made.data()));
    command.output = made;
  }
  Program program(command);
  Ran ran;
  ran.status = program.wait_end(command.words[0] + " ends", most);
  ran.output = read_file(command.output);
  if (!made.empty()) ::unlink(made.c_str());
  return ran;
}

std::string read_file(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

void write_file(const std::string& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << text;
  file.close();
  if (!file) throw Trouble("cannot write " + path);
}

}  // namespace depops::stage
