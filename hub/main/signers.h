#pragma once

#include <memory>
#include <string>

#include "hub/main/settings.h"
#include "hub/signer/log_signer.h"
#include "hub/signer/signer.h"

namespace depops::hub {

// Who signs, the key by which sites know it, and the name that goes with it: agents know the hub by its key, a hub with
// another key is another hub.
struct Signers {
  std::unique_ptr<signer::Signer> signer;
  std::unique_ptr<signer::LogSigner> log_signer;
  signing::PublicKey key;
  std::string hub_id;
};

// From the signer behind its socket, if the settings name one, or with keys that the hub holds itself.
Result<Signers> signers_of(const Settings& settings);

}  // namespace depops::hub
