#include "shared/spawn/spawn.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>

#include <cerrno>

#include "shared/base/check.h"

namespace depops {
namespace {

class Attributes {
 public:
  explicit Attributes(bool own_session) {
    ::posix_spawnattr_init(&value_);
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    const int session = own_session ? POSIX_SPAWN_SETSID : 0;
    ::posix_spawnattr_setflags(&value_, static_cast<short>(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | session));
    ::posix_spawnattr_setsigmask(&value_, &none);
    ::posix_spawnattr_setsigdefault(&value_, &all);
  }
  ~Attributes() { ::posix_spawnattr_destroy(&value_); }
  Attributes(const Attributes&) = delete;
  Attributes& operator=(const Attributes&) = delete;
  const posix_spawnattr_t* get() const { return &value_; }

 private:
  posix_spawnattr_t value_{};
};

class Files {
 public:
  explicit Files(const Program& program) {
    ::posix_spawn_file_actions_init(&value_);
    ::posix_spawn_file_actions_addopen(&value_, 0, "/dev/null", O_RDONLY, 0);
    if (program.output >= 0) {
      ::posix_spawn_file_actions_adddup2(&value_, program.output, 1);
    } else {
      const char* file = program.output_file.empty() ? "/dev/null" : program.output_file.c_str();
      ::posix_spawn_file_actions_addopen(&value_, 1, file, O_WRONLY | O_CREAT | O_APPEND, 0600);
    }
    if (program.errors_too) ::posix_spawn_file_actions_adddup2(&value_, 1, 2);
    if (program.quiet) ::posix_spawn_file_actions_addopen(&value_, 2, "/dev/null", O_WRONLY, 0);
    if (!program.directory.empty()) ::posix_spawn_file_actions_addchdir_np(&value_, program.directory.c_str());
    ::posix_spawn_file_actions_addclosefrom_np(&value_, 3);
  }
  ~Files() { ::posix_spawn_file_actions_destroy(&value_); }
  Files(const Files&) = delete;
  Files& operator=(const Files&) = delete;
  const posix_spawn_file_actions_t* get() const { return &value_; }

 private:
  posix_spawn_file_actions_t value_{};
};

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> found;
  for (std::string& text : texts) found.push_back(text.data());
  found.push_back(nullptr);
  return found;
}

}  // namespace

Result<int> spawn(const Program& program) {
  DEPOPS_CHECK(!program.words.empty());
  std::vector<std::string> words = program.words;
  std::vector<std::string> environment = program.environment;
  const Attributes attributes(program.own_session);
  const Files files(program);
  int pid = -1;
  const int error = ::posix_spawn(&pid, words[0].c_str(), files.get(), attributes.get(), pointers(words).data(),
                                  pointers(environment).data());
  if (error != 0) return Error{Errc::unavailable, "cannot start " + words[0] + ": " + ::strerror(error)};
  return pid;
}

int wait_for(int pid) {
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

}  // namespace depops
