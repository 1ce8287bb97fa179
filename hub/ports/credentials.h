#pragma once

#include <optional>
#include <string>

#include "shared/base/moment.h"
#include "shared/base/names.h"
#include "shared/base/result.h"

namespace depops::hub {

struct OneTimeCode {
  std::string code;
  Instant expires_at{};
};

struct Session {
  std::string cookie;  // only at its birth; never stored
  Actor actor;
  Instant expires_at{};
};

// Who may speak to the hub. Secrets are 256 random bits each and only their SHA-256 is kept. Thread: any.
class Credentials {
 public:
  virtual ~Credentials() = default;
  virtual std::optional<Actor> holder_of_token(const std::string& token) const = 0;
  virtual Result<OneTimeCode> make_code(Instant now) = 0;
  // Works once per code; `refused` when it is unknown, used or too old.
  virtual Result<Session> redeem_code(const std::string& code, Instant now) = 0;
  virtual std::optional<Session> session(const std::string& cookie, Instant now) = 0;
  virtual void end_session(const std::string& cookie) = 0;
};

}  // namespace depops::hub
