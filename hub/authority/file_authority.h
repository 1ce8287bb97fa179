#pragma once

#include <memory>
#include <string>

#include "hub/ports/certificates.h"
#include "shared/x509/handles.h"

namespace depops::hub::authority {

class FileAuthority final : public Certificates {
 public:
  // Errors name the file: not there, not an authority, key and certificate of different ones, key that others can read.
  static Result<std::unique_ptr<FileAuthority>> open(const std::string& certificate, const std::string& key);

  Result<RequestFacts> check(const std::string& request) const override;
  Result<std::string> issue(const std::string& request, const CertificateTerms& terms) const override;
  Result<CertificateTerms> read(const std::string& certificate) const override;
  Result<std::string> revocations(const std::vector<RevokedCertificate>& revoked, Instant issued,
                                  Instant next) const override;

 private:
  FileAuthority(x509::CertificateHandle certificate, x509::KeyHandle key);

  x509::CertificateHandle certificate_;
  x509::KeyHandle key_;
};

// Makes an authority of sites in two files, for ten years from `now`; never replaces one.
Result<void> make_authority(const std::string& certificate, const std::string& key, Instant now);

// A whole PEM file of at most 64 KiB.
Result<std::string> read_pem_file(const std::string& path);

}  // namespace depops::hub::authority
