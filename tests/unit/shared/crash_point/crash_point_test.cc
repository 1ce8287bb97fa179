#include "shared/crash_point/crash_point.h"

#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <fstream>
#include <set>

namespace depops {
namespace {

// What became of a child that arms `name` for the nth time and then passes "commit.before" three times.
int fate_of_child(const char* name, std::uint64_t nth) {
  const pid_t child = fork();
  if (child == 0) {
    if (!arm_crash_point(name, nth)) _exit(1);
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

TEST_CASE("every crash point has a name of its own that leads back to it") {
  std::set<std::string> names;
  for (std::size_t i = 0; i < kCrashPoints; ++i) {
    const std::string name = crash_point_name(i);
    CHECK(crash_point_index(name) == i);
    CHECK(names.insert(name).second);
  }
  for (const char* wrong : {"", "commit", "commit.", "commit.befor", "commit.before2", "comit.before"}) {
    CHECK(crash_point_index(wrong) == kCrashPoints);
    CHECK_FALSE(arm_crash_point(wrong, 1));
  }
}

TEST_CASE("a trace has a line for each pass, in order") {
  char path[] = "/tmp/depops-trace-XXXXXX";
  close(mkstemp(path));
  REQUIRE(trace_crash_points(path));
  crash_point("commit.before");
  crash_point("prune.after");
  crash_point("commit.before");
  std::ifstream file(path);
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  unlink(path);
  CHECK(lines == std::vector<std::string>{"commit.before", "prune.after", "commit.before"});
}

}  // namespace depops
