#pragma once

#include <chrono>
#include <istream>
#include <memory>
#include <optional>
#include <string>

#include "agent/kubernetes/connection/call.h"
#include "shared/base/moment.h"
#include "shared/http/url.h"

// Internal: one connection over TLS. Its functions throw what the library throws.
namespace depops::agent::kubernetes {

class Pool;

struct Peer {
  http::Page server;
  std::string name;         // that its certificate must be for
  std::string authorities;  // PEM; empty: those of the system
  std::string certificate;  // ours, PEM; empty: none
  std::string key;
  bool operator==(const Peer&) const = default;
};

using Deadline = std::chrono::steady_clock::time_point;

class TlsSession {
 public:
  explicit TlsSession(std::shared_ptr<Pool> pool);
  ~TlsSession();
  TlsSession(const TlsSession&) = delete;
  TlsSession& operator=(const TlsSession&) = delete;

  struct Head {
    int status = 0;
    std::optional<Millis> retry_after;
    std::optional<std::uint64_t> length;  // what it promised
    bool keeps = false;                   // the server takes another request on this connection
  };

  bool connect(Millis limit);  // true: an earlier handshake was taken up
  bool fits() const;           // for another call: not too old, and nothing came unasked
  void send(const Call& call, const std::string& token);
  Head receive(Deadline deadline);
  std::istream& body();
  // True: there are bytes to read, or the end of them. False: neither came in time.
  bool wait(Millis limit);
  bool broke() const;                        // what ended the body was trouble, not its end
  bool set_what_is_left(Deadline deadline);  // false: nothing is left
  int socket() const;

 private:
  class Library;
  friend class Pool;
  std::shared_ptr<Pool> held_;  // none while it rests in the pool, which would hold itself
  Pool& pool_;
  std::unique_ptr<Library> library_;
  std::istream* body_ = nullptr;
  Deadline used_{};
  bool has_length_ = false;  // of the body
};

}  // namespace depops::agent::kubernetes
