#pragma once

#include <memory>
#include <string>

#include "shared/base/moment.h"
#include "shared/base/result.h"
#include "shared/json/value.h"

namespace depops::hub::signer {

// What was signed and what was not: a file to which lines of JSON are added and nothing else is done. A program that
// takes lines away must copy and truncate. Thread: one at a time.
class SignatureLog {
 public:
  static Result<std::unique_ptr<SignatureLog>> open(const std::string& path);  // mode 0600
  ~SignatureLog();
  SignatureLog(const SignatureLog&) = delete;
  SignatureLog& operator=(const SignatureLog&) = delete;

  // {"at": "2026-11-26T08:00:00.000Z", ...}, the whole line or an error.
  Result<void> add(Instant at, const json::Value& members);

 private:
  SignatureLog(std::string path, int file) : path_(std::move(path)), file_(file) {}

  std::string path_;
  int file_;
};

}  // namespace depops::hub::signer
