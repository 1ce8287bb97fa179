#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "shared/base/names.h"
#include "shared/base/result.h"

// What a person at the site can ask of the agent without the hub: a unix socket with mode 0600, one request and one
// answer per connection, each one line of JSON of at most 64 KiB.
namespace depops::agent {

struct LocalRequest {
  std::string verb;     // "status" or a verb of one rollout: pause resume advance abort rollback retry skip scale
  ServiceName service;  // empty with status: all
  std::string reason;
  bool full = false;                        // advance: past all steps
  VersionLabel to;                          // rollback: empty = the version before
  std::optional<std::uint32_t> replicas{};  // scale: absent = what the version declares
  Actor actor;                              // filled in by the server from the peer's credentials: "local:root"
};

struct LocalAnswer {
  bool ok = false;
  Errc code = Errc::internal;  // when not ok
  std::string text;            // JSON document with status, sentence with the others
};

using LocalHandler = std::function<LocalAnswer(LocalRequest)>;

// Serves on a thread of its own, one connection after the other; a peer that says nothing is dropped after 5 s.
class LocalServer {
 public:
  // Takes over a socket file that nobody serves; refuses one that a living agent serves. The file goes
  // when the server goes.
  static Result<std::unique_ptr<LocalServer>> listen(const std::string& path, LocalHandler handler);
  virtual ~LocalServer() = default;
};

// Asks the agent that serves `path`. Error `unavailable`: no agent runs there.
Result<LocalAnswer> ask(const std::string& path, const LocalRequest& request);

}  // namespace depops::agent
