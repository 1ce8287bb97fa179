#pragma once

#include <string>
#include <vector>

#include "hub/ports/certificates.h"
#include "shared/x509/handles.h"

// The list of certificates that count no longer. Internal.
namespace depops::hub::authority {

struct RevocationList {
  std::vector<RevokedCertificate> revoked;
  Instant issued{};
  Instant next{};
};

// PEM. Errors: internal, with what the library says.
Result<std::string> sign_list(const RevocationList& list, x509_st* issuer, evp_pkey_st* issuer_key);

}  // namespace depops::hub::authority
