#pragma once

#include <sys/types.h>

#include <functional>
#include <memory>
#include <string>

#include "shared/base/result.h"

namespace depops::hub::signer {

// Serves the socket: a message in, a message out. A peer of another user, one that is silent within a message, and one
// whose message is too long are cut off.
class Server {
 public:
  using Answer = std::function<std::string(const std::string& request)>;  // from several threads

  // `peer`: the only user whose processes are served.
  static Result<std::unique_ptr<Server>> listen(const std::string& path, uid_t peer, Answer answer,
                                                std::function<void(const std::string&)> log);
  virtual ~Server() = default;
};

}  // namespace depops::hub::signer
