#include "hub/signer/server.h"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <list>
#include <thread>
#include <utility>

#include "hub/signer/channel.h"
#include "shared/wire/signer.h"

namespace depops::hub::signer {
namespace {

constexpr Millis kLook{200};
constexpr Millis kMessageMost{10'000};
constexpr std::size_t kPeersMax = 8;

class ThreadedServer final : public Server {
 public:
  ThreadedServer(std::string path, uid_t peer, Socket listening, Answer answer,
                 std::function<void(const std::string&)> log)
      : path_(std::move(path)),
        peer_(peer),
        listening_(std::move(listening)),
        answer_(std::move(answer)),
        log_(std::move(log)),
        thread_([this] { accept_all(); }) {}

  ~ThreadedServer() override {
    stopping_ = true;
    thread_.join();
    for (Talk& talk : talks_) talk.thread.join();
    ::unlink(path_.c_str());
  }

 private:
  struct Talk {
    std::thread thread;
    std::atomic<bool> over{false};
  };

  void accept_all() {
    while (!stopping_) {
      if (!has_bytes(listening_, kLook)) continue;
      Socket peer(::accept4(listening_.get(), nullptr, nullptr, SOCK_CLOEXEC));
      if (peer.is_open() && welcome(peer)) begin(std::move(peer));
    }
  }

  bool welcome(const Socket& peer) {
    const uid_t user = peer_of(peer);
    if (user != peer_) {
      log_("event=peer_refused user=" + std::to_string(user) + " why=\"only user " + std::to_string(peer_) +
           " is served; see 'peer' in the settings\"");
      return false;
    }
    std::erase_if(talks_, [](Talk& talk) {
      if (talk.over) talk.thread.join();
      return talk.over.load();
    });
    if (talks_.size() < kPeersMax) return true;
    log_("event=peer_refused why=\"8 are connected already\"");
    return false;
  }

  void begin(Socket peer) {
    Talk& talk = talks_.emplace_back();
    talk.thread = std::thread([this, &talk, socket = std::move(peer)] {
      while (!stopping_ && answer_one(socket)) {
      }
      talk.over = true;
    });
  }

  bool answer_one(const Socket& socket) {
    if (!has_bytes(socket, kLook)) return true;
    const auto request = take_message(socket, wire::kSignRequestMax, kMessageMost);
    return request.ok() && send_message(socket, answer_(*request), kMessageMost).ok();
  }

  std::string path_;
  uid_t peer_;
  Socket listening_;
  Answer answer_;
  std::function<void(const std::string&)> log_;
  std::list<Talk> talks_;
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace

Result<std::unique_ptr<Server>> Server::listen(const std::string& path, uid_t peer, Answer answer,
                                               std::function<void(const std::string&)> log) {
  DEPOPS_TRY(Socket listening, listen_at(path, peer));
  return std::unique_ptr<Server>(
      new ThreadedServer(path, peer, std::move(listening), std::move(answer), std::move(log)));
}

}  // namespace depops::hub::signer
