#pragma once

#include <memory>
#include <string>
#include <vector>

#include "shared/base/result.h"
#include "shared/signing/signing.h"
#include "shared/wire/signer.h"

namespace depops::hub::signer {

// Who signs what the hub says. Thread: one at a time; may wait for seconds.
class Signer {
 public:
  virtual ~Signer() = default;
  // One word for each item, in order; at most wire::kSignItemsMax items. Error `unavailable`: nobody is there to sign,
  // nothing was promised, ask again with the same items.
  virtual Result<std::vector<wire::SignedWord>> sign(const std::vector<wire::ToSign>& items) = 0;
};

// The key in this very process: it signs whatever it is given. For trying things out.
std::unique_ptr<Signer> key_signer(signing::SecretKey key);

// `depops-hub signer` behind a unix socket, which must hold this key. Connects when asked, and again after a loss.
std::unique_ptr<Signer> socket_signer(std::string path, KeyId key);

}  // namespace depops::hub::signer
