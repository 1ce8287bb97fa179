#pragma once

#include <string>
#include <string_view>

#include "shared/audit/growth.h"
#include "shared/base/result.h"

// What hub and signer say to each other about checkpoints of the audit log. Errors as in documents.h.
namespace depops::wire {

struct LogAsk {
  std::string text;  // of the checkpoint
  audit::TreeSize from;
  audit::Proof proof;  // that the log grew from there
  bool operator==(const LogAsk&) const = default;
};

struct LogWord {
  std::string ed25519;  // 64 bytes over the text; empty: refused
  audit::VerifierKey key{};
  std::string code;
  std::string reason;
  audit::Height kept;  // what is signed last, this one included
  bool operator==(const LogWord&) const = default;
};

// A request to sign that has no items.
std::string encode_log_ask(const LogAsk& ask);
// `unsupported`: a request to sign something else.
Result<LogAsk> decode_log_ask(std::string_view bytes);
std::string encode_log_word(const LogWord& word);
// `unsupported`: the answer of a signer that knows no checkpoints.
Result<LogWord> decode_log_word(std::string_view bytes);

}  // namespace depops::wire
