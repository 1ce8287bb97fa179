#include "tests/support/child.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <iterator>
#include <random>
#include <stdexcept>
#include <utility>

namespace depops::test {
namespace {

constexpr auto kGrace = std::chrono::seconds(10);
constexpr std::size_t kLogTail = 2'000;
constexpr int kFirstPort = 11'000;  // up to where the agents' own range begins
constexpr int kLastPort = 19'999;
constexpr int kPortAttempts = 100;

// Between fork and exec only calls that are safe beside the threads of the parent.
[[noreturn]] void become(std::vector<char*>& arguments, const char* log) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  const int fd = ::open(log, O_WRONLY | O_CREAT | O_APPEND, 0600);
  if (fd >= 0) {
    ::dup2(fd, 1);
    ::dup2(fd, 2);
  }
  ::execvp(arguments[0], arguments.data());
  ::_exit(127);
}

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return address;
}

}  // namespace

Child::Child(const std::vector<std::string>& words, const std::string& log) {
  std::vector<std::string> copy = words;
  std::vector<char*> arguments;
  for (std::string& word : copy) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  pid_ = ::fork();
  if (pid_ == 0) become(arguments, log.c_str());
  if (pid_ < 0) throw std::runtime_error("start " + words.front() + ": no new process");
}

Child::Child(Child&& other) noexcept : pid_(std::exchange(other.pid_, -1)) {}

Child& Child::operator=(Child&& other) noexcept {
  if (this != &other) {
    kill();
    pid_ = std::exchange(other.pid_, -1);
  }
  return *this;
}

bool Child::running() {
  if (pid_ < 0) return false;
  if (::waitpid(pid_, nullptr, WNOHANG) == 0) return true;
  pid_ = -1;
  return false;
}

int Child::wait() {
  int status = 0;
  if (pid_ < 0 || ::waitpid(std::exchange(pid_, -1), &status, 0) < 0) return -1;
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

void Child::end() {
  if (pid_ < 0) return;
  ::kill(pid_, SIGTERM);
  const auto deadline = std::chrono::steady_clock::now() + kGrace;
  while (running() && std::chrono::steady_clock::now() < deadline) ::poll(nullptr, 0, 10);
  kill();
}

void Child::kill() {
  if (pid_ < 0) return;
  ::kill(pid_, SIGKILL);
  (void)wait();
}

void run(const std::vector<std::string>& words, const std::string& log) {
  if (const int status = Child(words, log).wait(); status != 0) {
    const std::string text = text_of_file(log);
    throw std::runtime_error(words.front() + " ended with status " + std::to_string(status) +
                             "; its log ends: " + text.substr(text.size() - std::min(text.size(), kLogTail)));
  }
}

std::string text_of_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// Below the kernel's range of outgoing ports: in it, a connection of somebody else can take the port before it is used.
std::uint16_t free_port() {
  static std::mt19937 random(std::random_device{}());
  for (int attempt = 0; attempt < kPortAttempts; ++attempt) {
    const auto port = static_cast<std::uint16_t>(std::uniform_int_distribution<>(kFirstPort, kLastPort)(random));
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const sockaddr_in address = loopback(port);
    const bool free = ::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    ::close(fd);
    if (free) return port;
  }
  throw std::runtime_error("no free port on 127.0.0.1");
}

bool listens(std::uint16_t port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = loopback(port);
  const bool open = ::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  ::close(fd);
  return open;
}

}  // namespace depops::test
