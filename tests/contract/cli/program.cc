#include "tests/contract/cli/program.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "shared/json/parse.h"
#include "tests/support/paths.h"

namespace depops::test {
namespace {

struct Pipe {
  Pipe() { REQUIRE(::pipe2(ends, O_CLOEXEC) == 0); }
  ~Pipe() {
    close_read();
    close_write();
  }
  void close_read() { ends[0] = ends[0] < 0 ? -1 : (::close(ends[0]), -1); }
  void close_write() { ends[1] = ends[1] < 0 ? -1 : (::close(ends[1]), -1); }
  int ends[2] = {-1, -1};
};

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> list;
  for (std::string& text : texts) list.push_back(text.data());
  list.push_back(nullptr);
  return list;
}

// Takes what is there; false at the end.
bool take(int descriptor, std::string& into) {
  char part[4096];
  const auto count = ::read(descriptor, part, sizeof part);
  if (count > 0) into.append(part, static_cast<std::size_t>(count));
  return count > 0;
}

void collect(Pipe& out, Pipe& err, Ran& ran, int pid, std::function<void(int)> while_running) {
  pollfd ends[2] = {{out.ends[0], POLLIN, 0}, {err.ends[0], POLLIN, 0}};
  while (ends[0].fd >= 0 || ends[1].fd >= 0) {
    REQUIRE(::poll(ends, 2, 60'000) > 0);
    if (ends[0].revents != 0 && !take(ends[0].fd, ran.out)) ends[0].fd = -1;
    if (ends[1].revents != 0 && !take(ends[1].fd, ran.err)) ends[1].fd = -1;
    if (while_running && !(ran.err + ran.out).empty()) std::exchange(while_running, {})(pid);
  }
}

}  // namespace

Ran run_depops(const std::vector<std::string>& arguments, const Variables& variables, const std::string& input,
               const std::function<void(int)>& while_running) {
  return run_program("depops", arguments, variables, input, while_running);
}

Ran run_program(const std::string& name, const std::vector<std::string>& arguments, const Variables& variables,
                const std::string& input, const std::function<void(int)>& while_running) {
  std::vector<std::string> words{bin_dir() + "/" + name};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<std::string> settings{"PATH=/usr/bin:/bin"};
  for (const auto& [name, value] : variables) settings.push_back(name + "=" + value);
  const auto argv = pointers(words);
  const auto envp = pointers(settings);
  Pipe in, out, err;
  const int pid = ::fork();
  REQUIRE(pid >= 0);
  if (pid == 0) {
    ::dup2(in.ends[0], 0);
    ::dup2(out.ends[1], 1);
    ::dup2(err.ends[1], 2);
    ::execve(argv[0], argv.data(), envp.data());
    ::_exit(127);
  }
  in.close_read();
  out.close_write();
  err.close_write();
  REQUIRE(::write(in.ends[1], input.data(), input.size()) == static_cast<ssize_t>(input.size()));
  in.close_write();
  Ran ran;
  collect(out, err, ran, pid, while_running);
  int status = 0;
  REQUIRE(::waitpid(pid, &status, 0) == pid);
  ran.exit = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return ran;
}

Scratch::Scratch() {
  std::string pattern = (std::filesystem::temp_directory_path() / "depops-cli-XXXXXX").string();
  REQUIRE(::mkdtemp(pattern.data()) != nullptr);
  path_ = pattern;
}

Scratch::~Scratch() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string Scratch::file(const std::string& name, const std::string& content) const {
  std::ofstream(path_ + "/" + name, std::ios::binary) << content;
  return path_ + "/" + name;
}

json::Value json_of(const Ran& ran) {
  INFO(ran.err);
  REQUIRE(ran.exit == 0);
  return json::parse(ran.out).value();
}

std::string read_whole(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

std::string golden(const std::string& name, const std::string& now) {
  const std::string path = source_dir() + "/tests/contract/cli/golden/" + name;
  if (std::getenv("UPDATE_GOLDEN") != nullptr) std::ofstream(path, std::ios::binary) << now;
  return read_whole(path);
}

}  // namespace depops::test
