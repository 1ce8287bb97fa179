#pragma once

#include <sys/types.h>

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tests/e2e/stage/trouble.h"

namespace depops::stage {

struct Command {
  std::vector<std::string> words;  // the program and its arguments; no shell
  std::string folder;              // where it runs; must lie in the stage's folder, by which its guard finds it
  std::string log;                 // standard output and error are added to this file
  std::map<std::string, std::string> variables;  // beside PATH, HOME and LANG
  std::string output;                            // standard output goes to this file instead
};

// A program that was started, until somebody learns how it ended. Thread: one at a time.
class Program {
 public:
  Program() = default;
  explicit Program(const Command& command);
  ~Program();  // SIGKILL if it still runs
  Program(Program&& other) noexcept;
  Program& operator=(Program&& other) noexcept;

  bool running();
  // As wait_until(), and Trouble with its log at once when the program ends meanwhile.
  void wait_until(const std::string& what, Seconds most, const std::function<bool()>& done);
  pid_t pid() const noexcept { return pid_; }
  void signal(int number);
  int wait_end(const std::string& what, Seconds most);  // exit status, or 128 + the signal that ended it

 private:
  void look();

  pid_t pid_ = -1;
  std::optional<int> status_;
  std::string log_;
};

struct Ran {
  int status = -1;
  std::string output;
};

// Runs it to its end.
Ran run(Command command, Seconds most = Seconds(60));

std::string read_file(const std::string& path);  // "" if there is none
void write_file(const std::string& path, const std::string& text);

}  // namespace depops::stage
