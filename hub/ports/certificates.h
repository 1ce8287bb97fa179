#pragma once

#include <string>

#include "shared/base/moment.h"
#include "shared/base/names.h"
#include "shared/base/result.h"

namespace depops::hub {

struct IssuedCertificate {
  std::string pem;
  Instant not_after{};
};

// Gives sites the certificates they connect with. Thread: any.
class Certificates {
 public:
  virtual ~Certificates() = default;
  // Whether a certificate can be issued for this request (PEM): its key is of a kind that is taken, and it was signed
  // with that key. `invalid`.
  virtual Result<void> check(const std::string& request) const = 0;
  // Of the request only the public key counts: subject, names, purposes and times are ours. `refused` for what is no
  // site's name.
  virtual Result<IssuedCertificate> issue(const SiteName& site, SiteEpoch epoch, const std::string& request,
                                          Instant now) const = 0;
};

}  // namespace depops::hub
