#include <utility>

#include "hub/signer/channel.h"
#include "hub/signer/signer.h"

namespace depops::hub::signer {
namespace {

constexpr Millis kAnswerMost{10'000};

class SocketSigner final : public Signer {
 public:
  SocketSigner(std::string path, KeyId key) : path_(std::move(path)), key_(std::move(key)) {}

  Result<std::vector<wire::SignedWord>> sign(const std::vector<wire::ToSign>& items) override {
    const std::string request = wire::encode_sign_request(items);
    const bool held = socket_.is_open();
    auto answer = ask(request);
    if (!answer.ok() && held) answer = ask(request);  // it was started again meanwhile
    if (!answer.ok()) return remedy(answer.error());
    return words_of(*answer, items.size());
  }

 private:
  Result<std::string> ask(const std::string& request) {
    if (!socket_.is_open()) {
      DEPOPS_TRY(socket_, connect_to(path_));
    }
    auto sent = send_message(socket_, request, kAnswerMost);
    auto answer = sent.ok() ? take_message(socket_, wire::kSignAnswerMax, kAnswerMost) : sent.error();
    if (!answer.ok()) socket_.close();
    return answer;
  }

  Result<std::vector<wire::SignedWord>> words_of(const std::string& bytes, std::size_t count) {
    auto answer = wire::decode_sign_answer(bytes);
    if (!answer.ok()) return remedy(answer.error());
    if (answer->key != key_)
      return remedy({Errc::unavailable, "it holds key " + answer->key.str() + ", the hub's settings name " +
                                            key_.str() + " as keys.public"});
    if (answer->words.size() != count)
      return remedy({Errc::unavailable, "it answered to " + std::to_string(answer->words.size()) + " of " +
                                            std::to_string(count) + " questions"});
    return std::move(answer->words);
  }

  Error remedy(const Error& error) {
    socket_.close();
    return {Errc::unavailable, "the signer at " + path_ + " does not sign: " + error.what +
                                   "; see that it runs (depops-hub signer --config FILE) and serves this hub's user"};
  }

  std::string path_;
  KeyId key_;
  Socket socket_;
};

}  // namespace

std::unique_ptr<Signer> socket_signer(std::string path, KeyId key) {
  return std::make_unique<SocketSigner>(std::move(path), std::move(key));
}

}  // namespace depops::hub::signer
