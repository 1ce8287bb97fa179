#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

namespace depops::test {

// A program that this process started, without a shell. It dies with the thread that started it, whatever happens.
class Child {
 public:
  Child() = default;
  // Standard output and error go to the end of the file `log`. Throws std::runtime_error if it can not be started.
  Child(const std::vector<std::string>& words, const std::string& log);
  Child(Child&& other) noexcept;
  Child& operator=(Child&& other) noexcept;
  ~Child() { kill(); }

  pid_t pid() const { return pid_; }
  bool running();  // false also if it ended by itself
  int wait();      // the exit status; 128 + n after signal n
  void end();      // SIGTERM, and SIGKILL if it is still there after 10 s
  void kill();     // SIGKILL

 private:
  pid_t pid_ = -1;
};

// Runs it to its end. Throws, with the end of the log, if its exit status is not 0.
void run(const std::vector<std::string>& words, const std::string& log);

std::string text_of_file(const std::string& path);  // "" if there is none
std::uint16_t free_port();                          // of 127.0.0.1; main thread
bool listens(std::uint16_t port);

}  // namespace depops::test
