#include "agent/local_api/local_api.h"

#include <poll.h>
#include <pwd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <thread>
#include <utility>

#include "agent/local_api/line.h"

namespace depops::agent {
namespace {

constexpr int kBacklog = 16;
constexpr int kAcceptMs = 200;

class Socket {
 public:
  explicit Socket(int descriptor) : descriptor_(descriptor) {}
  Socket(Socket&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  Socket& operator=(Socket&&) = delete;
  ~Socket() {
    if (descriptor_ >= 0) close(descriptor_);
  }
  int get() const { return descriptor_; }

 private:
  int descriptor_;
};

Error system_error(const std::string& path, const char* what) {
  return {Errc::unavailable, "local socket " + path + ": " + what + ": " + std::strerror(errno)};
}

Result<sockaddr_un> address_of(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) {
    return Error{Errc::invalid, "local socket " + path + ": the path is too long; choose a shorter stateDir"};
  }
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  return address;
}

Result<Socket> connected_to(const std::string& path) {
  DEPOPS_TRY(const sockaddr_un address, address_of(path));
  Socket made(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (made.get() < 0) return system_error(path, "socket");
  if (connect(made.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    return Error{Errc::unavailable, "local socket " + path + ": " + std::strerror(errno) +
                                        "; is depops-agent running with this configuration?"};
  }
  return made;
}

std::string user_name(uid_t user) {
  char buffer[1'024];
  passwd entry{};
  passwd* found = nullptr;
  if (getpwuid_r(user, &entry, buffer, sizeof buffer, &found) == 0 && found != nullptr) return found->pw_name;
  return std::to_string(user);
}

Actor peer_of(int socket) {
  ucred credentials{};
  socklen_t size = sizeof credentials;
  if (getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0) return Actor("local:unknown");
  return Actor("local:" + user_name(credentials.uid));
}

class ThreadedServer final : public LocalServer {
 public:
  ThreadedServer(std::string path, Socket listening, LocalHandler handler)
      : path_(std::move(path)),
        listening_(std::move(listening)),
        handler_(std::move(handler)),
        thread_([this] { serve(); }) {}

  ~ThreadedServer() override {
    stopping_ = true;
    thread_.join();
    unlink(path_.c_str());
  }

 private:
  void serve() {
    while (!stopping_) {
      pollfd waiting{listening_.get(), POLLIN, 0};
      if (poll(&waiting, 1, kAcceptMs) <= 0) continue;
      const Socket peer(accept4(listening_.get(), nullptr, nullptr, SOCK_CLOEXEC));
      if (peer.get() >= 0) answer(peer.get());
    }
  }

  void answer(int peer) {
    const auto line = read_line(peer);
    if (!line.ok()) return;
    LocalAnswer reply{false, Errc::invalid, ""};
    if (auto request = decode_request(*line); request.ok()) {
      request->actor = peer_of(peer);
      reply = handler_(std::move(request).value());
    } else {
      reply.text = request.error().what;
    }
    (void)write_line(peer, encode(reply)).ok();
  }

  std::string path_;
  Socket listening_;
  LocalHandler handler_;
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace

Result<std::unique_ptr<LocalServer>> LocalServer::listen(const std::string& path, LocalHandler handler) {
  DEPOPS_TRY(const sockaddr_un address, address_of(path));
  if (connected_to(path).ok()) {
    return Error{Errc::exists, "local socket " + path + ": another agent serves it; stop that one first"};
  }
  unlink(path.c_str());
  Socket listening(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (listening.get() < 0) return system_error(path, "socket");
  const mode_t before = umask(S_IRWXG | S_IRWXO | S_IXUSR);  // the file must never be open to others, not for a moment
  const int bound = bind(listening.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
  umask(before);
  if (bound != 0) return system_error(path, "bind");
  if (::listen(listening.get(), kBacklog) != 0) return system_error(path, "listen");
  return std::unique_ptr<LocalServer>(new ThreadedServer(path, std::move(listening), std::move(handler)));
}

Result<LocalAnswer> ask(const std::string& path, const LocalRequest& request) {
  DEPOPS_TRY(const Socket peer, connected_to(path));
  DEPOPS_TRY_VOID(write_line(peer.get(), encode(request)));
  DEPOPS_TRY(const std::string line, read_line(peer.get()));
  return decode_answer(line);
}

}  // namespace depops::agent
