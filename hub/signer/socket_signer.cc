#include <utility>

#include "hub/signer/dialog.h"
#include "hub/signer/log_signer.h"
#include "hub/signer/signer.h"

namespace depops::hub::signer {
namespace {

class SocketSigner final : public Signer {
 public:
  SocketSigner(std::string path, KeyId key) : dialog_(std::move(path)), key_(std::move(key)) {}

  Result<std::vector<wire::SignedWord>> sign(const std::vector<wire::ToSign>& items) override {
    const auto answer = dialog_.ask(wire::encode_sign_request(items));
    if (!answer.ok()) return dialog_.remedy(answer.error());
    return words_of(*answer, items.size());
  }

 private:
  Result<std::vector<wire::SignedWord>> words_of(const std::string& bytes, std::size_t count) {
    auto answer = wire::decode_sign_answer(bytes);
    if (!answer.ok()) return dialog_.remedy(answer.error());
    if (answer->key != key_)
      return dialog_.remedy({Errc::unavailable, "it holds key " + answer->key.str() + ", the hub's settings name " +
                                                    key_.str() + " as keys.public"});
    if (answer->words.size() != count)
      return dialog_.remedy({Errc::unavailable, "it answered to " + std::to_string(answer->words.size()) + " of " +
                                                    std::to_string(count) + " questions"});
    return std::move(answer->words);
  }

  Dialog dialog_;
  KeyId key_;
};

class SocketLogSigner final : public LogSigner {
 public:
  explicit SocketLogSigner(std::string path) : dialog_(std::move(path)) {}

  Result<wire::LogWord> sign(const wire::LogAsk& ask) override {
    const auto answer = dialog_.ask(wire::encode_log_ask(ask));
    if (!answer.ok()) return dialog_.remedy(answer.error());
    auto word = wire::decode_log_word(*answer);
    return word.ok() ? std::move(word) : dialog_.remedy(word.error());
  }

 private:
  Dialog dialog_;
};

class OwnLogSigner final : public LogSigner {
 public:
  explicit OwnLogSigner(std::unique_ptr<LogNotary> notary) : notary_(std::move(notary)) {}

  Result<wire::LogWord> sign(const wire::LogAsk& ask) override { return notary_->sign(ask); }

 private:
  std::unique_ptr<LogNotary> notary_;
};

}  // namespace

std::unique_ptr<Signer> socket_signer(std::string path, KeyId key) {
  return std::make_unique<SocketSigner>(std::move(path), std::move(key));
}

std::unique_ptr<LogSigner> socket_log_signer(std::string path) {
  return std::make_unique<SocketLogSigner>(std::move(path));
}

std::unique_ptr<LogSigner> own_log_signer(std::unique_ptr<LogNotary> notary) {
  return std::make_unique<OwnLogSigner>(std::move(notary));
}

}  // namespace depops::hub::signer
