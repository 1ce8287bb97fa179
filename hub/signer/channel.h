#pragma once

#include <sys/types.h>

#include <cstddef>
#include <string>
#include <utility>

#include "shared/base/moment.h"
#include "shared/base/result.h"

// Messages over a unix socket, each with its length in front. Shared by both ends.
namespace depops::hub::signer {

class Socket {
 public:
  Socket() = default;
  explicit Socket(int descriptor) : descriptor_(descriptor) {}
  Socket(Socket&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  Socket& operator=(Socket&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
  }
  ~Socket() { close(); }

  int get() const noexcept { return descriptor_; }
  bool is_open() const noexcept { return descriptor_ >= 0; }
  void close() noexcept;

 private:
  int descriptor_ = -1;
};

Result<Socket> connect_to(const std::string& path);

// A socket file of mode 0600 that belongs to `owner`. Takes over one that nobody serves; `exists` if somebody does.
Result<Socket> listen_at(const std::string& path, uid_t owner);

uid_t peer_of(const Socket& socket);  // the user of the process at the other end; -1 if the system does not say

// Within `most`, the whole of it. `unavailable`: the other side went or was silent for too long.
Result<void> send_message(const Socket& socket, const std::string& bytes, Millis most);
Result<std::string> take_message(const Socket& socket, std::size_t max, Millis most);

bool has_bytes(const Socket& socket, Millis within);  // or an end: something to take

}  // namespace depops::hub::signer
