#include "hub/signer/channel.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>

namespace depops::hub::signer {
namespace {

using Steady = std::chrono::steady_clock;

constexpr int kBacklog = 16;
constexpr std::size_t kHeader = 4;

Error socket_error(const std::string& path, const char* what) {
  return {Errc::unavailable, "signer socket " + path + ": " + what + ": " + std::strerror(errno)};
}

Result<sockaddr_un> address_of(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof address.sun_path)
    return Error{Errc::invalid,
                 "signer socket '" + path + "': the path must have 1 to 107 bytes; choose a shorter one"};
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  return address;
}

// False: the time is over.
bool wait_for(const Socket& socket, short what, Steady::time_point deadline) {
  for (;;) {
    const auto left = std::chrono::ceil<Millis>(deadline - Steady::now()).count();
    pollfd waiting{socket.get(), what, 0};
    const int ready = ::poll(&waiting, 1, left > 0 ? static_cast<int>(left) : 0);
    if (ready > 0) return true;
    if (ready == 0 && left <= 0) return false;
    if (ready < 0 && errno != EINTR) return false;
  }
}

Result<void> send_all(const Socket& socket, const char* bytes, std::size_t count, Steady::time_point deadline) {
  while (count > 0) {
    if (!wait_for(socket, POLLOUT, deadline)) return Error{Errc::unavailable, "the other side takes nothing"};
    const ssize_t sent = ::send(socket.get(), bytes, count, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (sent <= 0) return Error{Errc::unavailable, std::string("the other side went away: ") + std::strerror(errno)};
    bytes += sent;
    count -= static_cast<std::size_t>(sent);
  }
  return {};
}

Result<void> take_all(const Socket& socket, char* bytes, std::size_t count, Steady::time_point deadline) {
  while (count > 0) {
    if (!wait_for(socket, POLLIN, deadline)) return Error{Errc::unavailable, "the other side says nothing"};
    const ssize_t got = ::recv(socket.get(), bytes, count, MSG_DONTWAIT);
    if (got < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (got <= 0) return Error{Errc::unavailable, "the other side went away"};
    bytes += got;
    count -= static_cast<std::size_t>(got);
  }
  return {};
}

}  // namespace

void Socket::close() noexcept {
  if (descriptor_ >= 0) ::close(descriptor_);
  descriptor_ = -1;
}

Result<Socket> connect_to(const std::string& path) {
  DEPOPS_TRY(const sockaddr_un address, address_of(path));
  Socket made(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!made.is_open()) return socket_error(path, "socket");
  if (::connect(made.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    return socket_error(path, "connect");
  return made;
}

Result<Socket> listen_at(const std::string& path, uid_t owner) {
  DEPOPS_TRY(const sockaddr_un address, address_of(path));
  if (connect_to(path).ok())
    return Error{Errc::exists, "signer socket " + path + ": another signer serves it; stop that one first"};
  ::unlink(path.c_str());
  Socket made(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!made.is_open()) return socket_error(path, "socket");
  const mode_t before = ::umask(S_IRWXG | S_IRWXO | S_IXUSR);  // never open to others, not for a moment
  const int bound = ::bind(made.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
  ::umask(before);
  if (bound != 0) return socket_error(path, "bind");
  if (owner != ::geteuid() && ::chown(path.c_str(), owner, static_cast<gid_t>(-1)) != 0)
    return socket_error(path, "giving it to the hub's user needs the right to change owners (CAP_CHOWN)");
  if (::listen(made.get(), kBacklog) != 0) return socket_error(path, "listen");
  return made;
}

uid_t peer_of(const Socket& socket) {
  ucred credentials{};
  socklen_t size = sizeof credentials;
  if (::getsockopt(socket.get(), SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0) return static_cast<uid_t>(-1);
  return credentials.uid;
}

Result<void> send_message(const Socket& socket, const std::string& bytes, Millis most) {
  const auto deadline = Steady::now() + most;
  std::string whole(kHeader, '\0');
  for (std::size_t i = 0; i < kHeader; ++i) whole[i] = static_cast<char>(bytes.size() >> (8 * (kHeader - 1 - i)));
  whole += bytes;
  return send_all(socket, whole.data(), whole.size(), deadline);
}

Result<std::string> take_message(const Socket& socket, std::size_t max, Millis most) {
  const auto deadline = Steady::now() + most;
  std::array<char, kHeader> header{};
  DEPOPS_TRY_VOID(take_all(socket, header.data(), header.size(), deadline));
  std::size_t size = 0;
  for (const char byte : header) size = size << 8 | static_cast<unsigned char>(byte);
  if (size > max) return Error{Errc::invalid, "a message of " + std::to_string(size) + " bytes is too long"};
  std::string bytes(size, '\0');
  DEPOPS_TRY_VOID(take_all(socket, bytes.data(), bytes.size(), deadline));
  return bytes;
}

bool has_bytes(const Socket& socket, Millis within) { return wait_for(socket, POLLIN, Steady::now() + within); }

}  // namespace depops::hub::signer
