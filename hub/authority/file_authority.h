#pragma once

#include <memory>
#include <string>

#include "hub/ports/certificates.h"
#include "shared/x509/handles.h"

namespace depops::hub::authority {

// As long as one of a site without a connection: nothing renews it yet, and a site must not drop out by itself.
inline constexpr Millis kLife = std::chrono::hours(24 * 180);
inline constexpr Millis kBackdated = std::chrono::minutes(5);

class FileAuthority final : public Certificates {
 public:
  // Errors name the file: not there, not an authority, key and certificate of different ones, key that others can read.
  static Result<std::unique_ptr<FileAuthority>> open(const std::string& certificate, const std::string& key);

  Result<void> check(const std::string& request) const override;
  Result<IssuedCertificate> issue(const SiteName& site, SiteEpoch epoch, const std::string& request,
                                  Instant now) const override;

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
