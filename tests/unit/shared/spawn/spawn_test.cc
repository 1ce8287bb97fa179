#include "shared/spawn/spawn.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace depops {
namespace {

struct Folder {
  std::filesystem::path path;
  Folder() {
    std::string pattern = std::filesystem::temp_directory_path() / "depops-spawn-XXXXXX";
    path = ::mkdtemp(pattern.data());
  }
  ~Folder() { std::filesystem::remove_all(path); }
  std::string read(const std::string& name) const {
    std::stringstream text;
    text << std::ifstream(path / name).rdbuf();
    return text.str();
  }
};

// What the program wrote to its output file.
std::string said_by(Program program) {
  const Folder folder;
  program.output_file = folder.path / "out";
  const Result<int> pid = spawn(program);
  REQUIRE(pid.ok());
  const int status = wait_for(*pid);
  CHECK(WIFEXITED(status));
  return folder.read("out");
}

std::string line_of(const std::string& text, const std::string& name) {
  const std::size_t at = text.find(name);
  REQUIRE(at != std::string::npos);
  return text.substr(at, text.find('\n', at) - at);
}

TEST_CASE("a program has the environment it is given and nothing of ours") {
  ::setenv("SPAWN_TEST_SECRET", "s3cret", 1);
  CHECK(said_by({.words = {"/usr/bin/env"}, .environment = {"A=1", "B=two words"}}) == "A=1\nB=two words\n");
  CHECK(said_by({.words = {"/usr/bin/env"}}).empty());
  ::unsetenv("SPAWN_TEST_SECRET");
}

TEST_CASE("a program has the three standard descriptors and no other of ours") {
  const int open = ::open("/dev/null", O_RDONLY);  // without O_CLOEXEC, as libraries do
  REQUIRE(open >= 3);
  // 3 is the folder that ls itself reads.
  CHECK(said_by({.words = {"/bin/ls", "/proc/self/fd"}}) == "0\n1\n2\n3\n");
  ::close(open);
}

TEST_CASE("a program blocks and ignores no signal that we block or ignore") {
  sigset_t blocked, before;
  sigemptyset(&blocked);
  sigaddset(&blocked, SIGTERM);
  REQUIRE(::sigprocmask(SIG_BLOCK, &blocked, &before) == 0);
  const auto old = ::signal(SIGPIPE, SIG_IGN);
  const std::string status = said_by({.words = {"/bin/cat", "/proc/self/status"}});
  ::signal(SIGPIPE, old);
  ::sigprocmask(SIG_SETMASK, &before, nullptr);
  // Two signals that glibc keeps for its threads may be among those ignored.
  const auto set_of = [&](const char* name) { return std::stoull(line_of(status, name).substr(8), nullptr, 16); };
  CHECK(set_of("SigBlk:\t") == 0);
  CHECK((set_of("SigIgn:\t") & ~0x180000000ULL) == 0);
}

TEST_CASE("a program has a session of its own only if it is to outlive us") {
  const auto session_of = [](bool own) {
    std::istringstream words(said_by({.words = {"/bin/cat", "/proc/self/stat"}, .own_session = own}));
    std::string pid, name, state, parent, group, session;
    words >> pid >> name >> state >> parent >> group >> session;
    return std::pair{pid == session, session == std::to_string(::getsid(0))};
  };
  CHECK(session_of(true) == std::pair{true, false});
  CHECK(session_of(false) == std::pair{false, true});
}

TEST_CASE("what a program says comes over the pipe it is given, its errors too if wanted") {
  int ends[2];
  REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
  const Result<int> pid = spawn({.words = {"/bin/ls", "/nowhere-to-be-found"}, .output = ends[1], .errors_too = true});
  ::close(ends[1]);
  REQUIRE(pid.ok());
  std::string said;
  char buffer[512];
  for (ssize_t got = 1; got > 0;) {
    got = ::read(ends[0], buffer, sizeof buffer);
    if (got > 0) said.append(buffer, static_cast<std::size_t>(got));
  }
  ::close(ends[0]);
  CHECK(said.find("/nowhere-to-be-found") != std::string::npos);
  const int status = wait_for(*pid);
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 2);
}

TEST_CASE("a program runs where it is told to, and is quiet if that is wanted") {
  CHECK(said_by({.words = {"/bin/pwd"}, .directory = "/"}) == "/\n");
  const std::string errors = "/proc/self/fd/2";
  CHECK(said_by({.words = {"/bin/readlink", errors}, .quiet = true}) == "/dev/null\n");
  CHECK(said_by({.words = {"/bin/readlink", errors}}) != "/dev/null\n");
}

TEST_CASE("an output file is appended to") {
  const Folder folder;
  std::ofstream(folder.path / "out") << "before\n";
  const Result<int> pid = spawn({.words = {"/bin/echo", "after"}, .output_file = folder.path / "out"});
  REQUIRE(pid.ok());
  CHECK(wait_for(*pid) == 0);
  CHECK(folder.read("out") == "before\nafter\n");
}

TEST_CASE("a program that is missing is named with the cause") {
  const Result<int> pid = spawn({.words = {"/nowhere/program"}});
  REQUIRE(!pid.ok());
  CHECK(pid.error().what == "cannot start /nowhere/program: No such file or directory");
}

}  // namespace
}  // namespace depops
