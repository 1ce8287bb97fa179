#include "shared/signing/log_primitives.h"

#include <sodium.h>

#include "shared/signing/bytes.h"
#include "shared/signing/set_up.h"
#include "shared/signing/signing.h"

namespace depops::signing {
namespace {

audit::Hash log_hash(std::string_view bytes) {
  audit::Hash hash{};
  static_assert(sizeof hash == crypto_hash_sha256_BYTES);
  crypto_hash_sha256(hash.data(), data_of(bytes), bytes.size());
  return hash;
}

bool verify_text(std::string_view text, std::string_view signature, const audit::VerifierKey& key) {
  set_up();
  return signature.size() == crypto_sign_BYTES &&
         crypto_sign_verify_detached(data_of(signature), data_of(text), text.size(), key.data()) == 0;
}

}  // namespace

const audit::Primitives& log_primitives() {
  static const audit::Primitives all{log_hash, verify_text, to_base64, from_base64};
  return all;
}

}  // namespace depops::signing
