#include "agent/kubernetes/access/access.h"

#include "agent/kubernetes/access/small_file.h"

namespace depops::agent::kubernetes {
namespace {

constexpr Millis kBeforeExpiry{30'000};

Result<std::string> text_of(const Pem& pem) {
  if (pem.file.empty()) return pem.text;
  return read_small_file(pem.file);
}

bool is_header_value(const std::string& token) {
  return token.find_first_of("\r\n\t ") == std::string::npos && token.find('\0') == std::string::npos;
}

}  // namespace

Result<std::string> Access::authorities() const { return text_of(config_.authorities); }

Result<Identity> Access::identity(Instant now) {
  Identity identity;
  if (config_.exec) {
    DEPOPS_TRY(identity, of_plugin(now));
  }
  if (!config_.certificate.empty()) {
    DEPOPS_TRY(identity.certificate, text_of(config_.certificate));
    DEPOPS_TRY(identity.key, text_of(config_.key));
  }
  if (!config_.token.empty()) identity.token = config_.token;
  if (!config_.token_file.empty()) {
    DEPOPS_TRY(const std::string token, read_small_file(config_.token_file));
    identity.token = trimmed(token);
    if (identity.token.empty()) return Error{Errc::invalid, config_.token_file + ": is empty; it must hold a token"};
  }
  if (!is_header_value(identity.token)) return Error{Errc::invalid, "the token holds spaces or line ends"};
  return identity;
}

void Access::refused() {
  const std::lock_guard lock(mutex_);
  given_.reset();
}

Result<Identity> Access::of_plugin(Instant now) {
  const std::lock_guard lock(mutex_);
  if (given_ && (!given_->expires || now < *given_->expires - kBeforeExpiry)) return given_->identity;
  DEPOPS_TRY(given_, run_exec_plugin(*config_.exec));
  return given_->identity;
}

}  // namespace depops::agent::kubernetes
