#include <utility>

#include "hub/signer/signer.h"

namespace depops::hub::signer {
namespace {

class KeySigner final : public Signer {
 public:
  explicit KeySigner(signing::SecretKey key) : key_(std::move(key)) {}

  Result<std::vector<wire::SignedWord>> sign(const std::vector<wire::ToSign>& items) override {
    std::vector<wire::SignedWord> words;
    words.reserve(items.size());
    for (const wire::ToSign& item : items) words.push_back({key_.sign(item.type, item.body), "", ""});
    return words;
  }

 private:
  signing::SecretKey key_;
};

}  // namespace

std::unique_ptr<Signer> key_signer(signing::SecretKey key) { return std::make_unique<KeySigner>(std::move(key)); }

}  // namespace depops::hub::signer
