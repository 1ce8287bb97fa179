#pragma once

#include <memory>
#include <string>

#include "hub/signer/log_notary.h"

namespace depops::hub::signer {

// Who signs checkpoints of the audit log. Thread: one at a time; may wait for seconds.
class LogSigner {
 public:
  virtual ~LogSigner() = default;
  // Error `unavailable`: nobody is there to sign, ask again.
  virtual Result<wire::LogWord> sign(const wire::LogAsk& ask) = 0;
};

// In this very process.
std::unique_ptr<LogSigner> own_log_signer(std::unique_ptr<LogNotary> notary);
// `depops-hub signer` behind a unix socket. Connects when asked, and again after a loss.
std::unique_ptr<LogSigner> socket_log_signer(std::string path);

}  // namespace depops::hub::signer
