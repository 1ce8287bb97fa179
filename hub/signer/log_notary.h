#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "shared/audit/growth.h"
#include "shared/signing/signing.h"
#include "shared/wire/log_signing.h"

namespace depops::hub::signer {

// The name of a hub's audit log.
inline std::string log_origin(const std::string& hub_id) { return hub_id + "/depops/log1"; }

struct LogFiles {
  std::string key;    // the log's secret key, which signs nothing else
  std::string guard;  // the checkpoint that was signed last, without its signature
};

// Signs checkpoints of the audit log, each over a log that has grown out of the one before: what was signed last is on
// the disk before the signature goes out, apart from the log. Thread: any.
class LogNotary {
 public:
  // Makes key and guard if neither is there. `corrupt`, `invalid`: one of them is there and can not be used, or one
  // without the other, for then nobody knows what was signed.
  static Result<std::unique_ptr<LogNotary>> open(const LogFiles& files, const std::string& origin);

  wire::LogWord sign(const wire::LogAsk& ask);
  const audit::NoteKey& key() const { return shown_; }
  std::string vkey() const;

 private:
  LogNotary(signing::SecretKey key, audit::NoteKey shown, std::string guard);

  signing::SecretKey key_;
  audit::NoteKey shown_;
  std::string guard_;
  std::mutex mutex_;
};

}  // namespace depops::hub::signer
