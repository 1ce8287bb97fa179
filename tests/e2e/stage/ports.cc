#include "tests/e2e/stage/ports.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "tests/e2e/stage/trouble.h"

namespace depops::stage {
namespace {

constexpr std::uint16_t kFirst = 21'000;
constexpr std::uint16_t kBlock = 100;
constexpr std::uint16_t kBlocks = 100;

// Also one that is held without listening is taken.
bool can_bind(std::uint16_t port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int yes = 1;
  ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_ANY);
  const bool bound = ::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  ::close(fd);
  return bound;
}

bool is_free(std::uint16_t first) {
  for (std::uint16_t i = 0; i < kBlock; ++i) {
    if (!can_bind(static_cast<std::uint16_t>(first + i))) return false;
  }
  return true;
}

int lock_block(std::uint16_t first) {
  const auto name = "depops-ports-" + std::to_string(::getuid()) + "-" + std::to_string(first) + ".lock";
  const std::string path = (std::filesystem::temp_directory_path() / name).string();
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0 || ::flock(fd, LOCK_EX | LOCK_NB) == 0) return fd;
  ::close(fd);
  return -1;
}

}  // namespace

Ports::~Ports() {
  for (const int lock : locks_) ::close(lock);
}

std::uint16_t Ports::take(std::uint16_t count) {
  const std::lock_guard guard(mutex_);
  if (end_ - next_ < count) take_block();
  const std::uint16_t first = next_;
  next_ = static_cast<std::uint16_t>(next_ + count);
  return first;
}

void Ports::leave_block() {
  const std::lock_guard guard(mutex_);
  next_ = end_;
}

// Begins where no other test is likely to begin, so that two of them seldom look at the same block.
void Ports::take_block() {
  for (std::uint16_t i = 0; i < kBlocks; ++i) {
    const auto block = static_cast<std::uint16_t>((static_cast<unsigned>(::getpid()) + i) % kBlocks);
    const auto first = static_cast<std::uint16_t>(kFirst + block * kBlock);
    const int lock = lock_block(first);
    if (lock < 0) continue;
    locks_.push_back(lock);  // of one that is not free, too: it is passed over from then on
    if (!is_free(first)) continue;
    next_ = first;
    end_ = static_cast<std::uint16_t>(first + kBlock);
    return;
  }
  throw Trouble("no block of 100 free ports between 21000 and 31000");
}

}  // namespace depops::stage
