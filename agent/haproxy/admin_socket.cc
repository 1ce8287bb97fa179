#include "agent/haproxy/admin_socket.h"

#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "shared/spawn/spawn.h"

namespace depops::agent::haproxy {
namespace {

constexpr std::size_t kMaxAnswer = 16U << 20U;

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

Error trouble(const std::string& path, const std::string& what) {
  return {Errc::unavailable, "admin socket " + path + ": " + what + "; is HAProxy running?"};
}

std::string read_all(int fd) {
  std::string text;
  char buffer[8192];
  for (ssize_t got = 1; got > 0 && text.size() < kMaxAnswer;) {
    got = ::read(fd, buffer, sizeof buffer);
    if (got > 0) text.append(buffer, static_cast<std::size_t>(got));
  }
  return text;
}

}  // namespace

Result<std::string> ask(const std::string& socket_path, const std::string& commands) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (socket_path.size() >= sizeof address.sun_path) return trouble(socket_path, "the path is longer than 107 bytes");
  ::memcpy(address.sun_path, socket_path.c_str(), socket_path.size() + 1);
  const Descriptor fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const timeval patience{2, 0};
  ::setsockopt(fd.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  ::setsockopt(fd.get(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    return trouble(socket_path, ::strerror(errno));
  }
  const std::string line = commands + "\n";
  for (std::size_t at = 0; at < line.size();) {
    const ssize_t sent = ::send(fd.get(), line.data() + at, line.size() - at, MSG_NOSIGNAL);
    if (sent <= 0) return trouble(socket_path, ::strerror(errno));
    at += static_cast<std::size_t>(sent);
  }
  errno = 0;
  std::string answer = read_all(fd.get());
  if (errno == EAGAIN || errno == EWOULDBLOCK) return trouble(socket_path, "no answer within 2 s");
  return answer;
}

Result<void> check_configuration(const std::string& program, const std::string& path) {
  int pipes[2];
  if (::pipe2(pipes, O_CLOEXEC) != 0) return Error{Errc::internal, std::string("pipe: ") + ::strerror(errno)};
  const Descriptor reader(pipes[0]);
  const Result<int> pid = spawn({.words = {program, "-c", "-f", path}, .output = pipes[1], .errors_too = true});
  ::close(pipes[1]);
  if (!pid.ok()) return pid.error();
  const std::string said = read_all(reader.get());
  const int status = wait_for(*pid);
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return {};
  return Error{Errc::invalid, program + " refuses " + path + ": " + said.substr(0, 2000)};
}

Result<void> replace_file(const std::string& path, const std::string& text) {
  const std::string temporary = path + ".new";
  const Descriptor fd(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  const ssize_t wrote = fd.get() < 0 ? -1 : ::write(fd.get(), text.data(), text.size());
  const bool whole = wrote == static_cast<ssize_t>(text.size()) && ::fsync(fd.get()) == 0;
  if (whole && ::rename(temporary.c_str(), path.c_str()) == 0) return {};
  return Error{errno == ENOSPC ? Errc::exhausted : Errc::unavailable,
               "cannot write " + path + ": " + ::strerror(errno)};
}

}  // namespace depops::agent::haproxy
