#pragma once

#include <map>
#include <string>
#include <vector>

#include "shared/json/value.h"
#include "shared/signing/signing.h"
#include "shared/trust/root.h"
#include "tests/contract/api/running_hub.h"

namespace depops::tests {

// People with real keys: ruth and ravi hold the trust root, ana and ben approve everywhere.
class Signers {
 public:
  Signers();

  // A request body with version `version`, signed by ruth and ravi.
  std::string trust_root_body(std::uint64_t version = 1) const;
  // What the person signs about the deployment, as the hub shows it.
  std::string approval(RunningHub& hub, const std::string& deployment, const std::string& person) const;

 private:
  trust::Holder holder(const std::string& person) const;

  std::map<std::string, signing::SecretKey> keys_;
  Instant now_;
};

}  // namespace depops::tests
