#pragma once

#include <string>

#include "shared/base/names.h"
#include "shared/base/result.h"
#include "shared/x509/x509.h"

namespace depops::agent {

// Whether the hub's authority would call this site of this epoch so: one name, for clients alone.
bool names_site(const x509::Facts& facts, const SiteName& site, SiteEpoch epoch);

// A certificate as it came for `public_der`. Error: refused, says what is wrong with it.
Result<x509::Facts> judge_certificate(const std::string& pem, const SiteName& site, SiteEpoch epoch,
                                      const std::string& public_der);

}  // namespace depops::agent
