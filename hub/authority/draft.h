#pragma once

#include <string>

#include "shared/base/moment.h"
#include "shared/x509/handles.h"

// A certificate in the making. Internal.
namespace depops::hub::authority {

struct Draft {
  std::string common_name;
  std::string serial;  // 32 hex digits
  Instant not_before{};
  Instant not_after{};
  evp_pkey_st* public_key = nullptr;
  x509_st* issuer = nullptr;  // absent: it signs itself
  evp_pkey_st* issuer_key = nullptr;
  bool authority = false;  // of sites, or a site's own
  std::string uri;         // alternative name; empty: none
};

// Errors: internal, with what the library says.
Result<x509::CertificateHandle> sign(const Draft& draft);

}  // namespace depops::hub::authority
