#pragma once

#include <string>
#include <vector>

#include "shared/base/moment.h"
#include "shared/base/names.h"
#include "shared/base/result.h"

namespace depops::hub {

// What a certificate says. `serial`: 32 hex digits, the first of them 4 to 7, which makes a positive number of one
// length.
struct CertificateTerms {
  SiteName site;
  SiteEpoch site_epoch;
  std::string serial;
  Instant begins{};
  Instant ends{};
  bool operator==(const CertificateTerms&) const = default;
};

struct RequestFacts {
  std::string common_name;  // that it asks for; empty if it asks for none, for several, or for anything else beside it
  Digest key;               // of the public key
};

struct RevokedCertificate {
  std::string serial;
  Instant since{};
  bool operator==(const RevokedCertificate&) const = default;
};

// Gives sites the certificates they connect with. Thread: any.
class Certificates {
 public:
  virtual ~Certificates() = default;
  // A certificate request (PEM) that one can be issued for: its key is of a kind that is taken, and it was signed with
  // that key. `invalid`.
  virtual Result<RequestFacts> check(const std::string& request) const = 0;
  // Of the request only the public key counts: the rest is ours. PEM. `refused` for what is no site's name.
  virtual Result<std::string> issue(const std::string& request, const CertificateTerms& terms) const = 0;
  // The list of those that count no longer (PEM), until `next`.
  virtual Result<std::string> revocations(const std::vector<RevokedCertificate>& revoked, Instant issued,
                                          Instant next) const = 0;
  // What one says that this authority issued (PEM), also one that has run out. `refused`: it is not ours.
  virtual Result<CertificateTerms> read(const std::string& certificate) const = 0;
};

}  // namespace depops::hub
