#include "shared/crash_point/crash_point.h"

#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>

namespace depops {
namespace {

// What became of a child that arms `name` for the nth time and then passes "commit.before" three times.
int fate_of_child(const char* name, std::uint64_t nth) {
  const pid_t child = fork();
  if (child == 0) {
    arm_crash_point(name, nth);
    for (int i = 0; i < 3; ++i) crash_point("commit.before");
    _exit(0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

}  // namespace

TEST_CASE("a process dies at the armed point, at the pass asked for, and nowhere else") {
  CHECK(fate_of_child("commit.before", 1) == SIGKILL);
  CHECK(fate_of_child("commit.before", 3) == SIGKILL);
  CHECK(fate_of_child("commit.before", 4) == 0);
  CHECK(fate_of_child("commit.after", 1) == 0);
}

}  // namespace depops
