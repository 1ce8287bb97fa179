#include "hub/authority/file_authority.h"

#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <fstream>
#include <utility>

#include "hub/authority/draft.h"
#include "shared/x509/x509.h"

namespace depops::hub::authority {
namespace {

constexpr Millis kAuthorityLife = std::chrono::hours(24 * 3'650);
constexpr std::string_view kReserved[] = {"hub", "admin", "all"};

bool is_reserved(const std::string& name) { return std::ranges::find(kReserved, name) != std::end(kReserved); }

bool is_taken(EVP_PKEY* key) {
  if (EVP_PKEY_is_a(key, "ED25519") == 1) return true;
  char group[64] = {};
  return EVP_PKEY_is_a(key, "EC") == 1 && EVP_PKEY_get_group_name(key, group, sizeof group, nullptr) == 1 &&
         std::string_view(group) == "prime256v1";
}

// The key of a request that was signed with it. It belongs to the request.
Result<EVP_PKEY*> key_of(X509_REQ* request) {
  EVP_PKEY* key = X509_REQ_get0_pubkey(request);
  if (key == nullptr || !is_taken(key)) {
    x509::library_trouble();
    return Error{Errc::invalid, "the request's key must be EC P-256 or Ed25519"};
  }
  if (X509_REQ_verify(request, key) != 1)
    return Error{Errc::invalid, "the request was not signed with its own key: " + x509::library_trouble()};
  return key;
}

}  // namespace

Result<std::string> read_pem_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return Error{Errc::not_found, path + ": can not be read; check the path and who may read it"};
  std::string text(x509::kPemMax + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (text.size() > x509::kPemMax) return Error{Errc::invalid, path + ": longer than 64 KiB"};
  return text;
}

FileAuthority::FileAuthority(x509::CertificateHandle certificate, x509::KeyHandle key)
    : certificate_(std::move(certificate)), key_(std::move(key)) {}

Result<std::unique_ptr<FileAuthority>> FileAuthority::open(const std::string& certificate, const std::string& key) {
  DEPOPS_TRY(const std::string pem, read_pem_file(certificate));
  auto read = x509::read_certificate(pem);
  if (!read) return read.error().in(certificate);
  if (X509_check_ca(read->get()) != 1)
    return Error{Errc::invalid, certificate + ": is no authority (CA:TRUE is missing)"};
  DEPOPS_TRY(x509::KeyHandle secret, x509::load_key(key));
  if (X509_check_private_key(read->get(), secret.get()) != 1) {
    x509::library_trouble();
    return Error{Errc::invalid, key + ": is not the key of " + certificate};
  }
  return std::unique_ptr<FileAuthority>(new FileAuthority(std::move(read).value(), std::move(secret)));
}

Result<void> FileAuthority::check(const std::string& request) const {
  DEPOPS_TRY(const x509::RequestHandle read, x509::read_request(request));
  const auto key = key_of(read.get());
  return key ? Result<void>() : key.error();
}

Result<IssuedCertificate> FileAuthority::issue(const SiteName& site, SiteEpoch epoch, const std::string& request,
                                               Instant now) const {
  if (!is_name(site.str()) || is_reserved(site.str()))
    return Error{Errc::refused,
                 "no certificate for what is no site's name: a-z, 0-9 and inner '-', at most 63, and "
                 "not hub, admin or all"};
  DEPOPS_TRY(const x509::RequestHandle read, x509::read_request(request));
  Draft draft;
  DEPOPS_TRY(draft.public_key, key_of(read.get()));
  draft.common_name = site.str();
  draft.uri = "urn:depops:site:" + site.str() + ":e" + std::to_string(epoch.value());
  draft.not_before = now - kBackdated;
  draft.not_after = now + kLife;
  draft.issuer = certificate_.get();
  draft.issuer_key = key_.get();
  DEPOPS_TRY(const x509::CertificateHandle made, sign(draft));
  return IssuedCertificate{x509::pem_of(made.get()), draft.not_after};
}

Result<void> make_authority(const std::string& certificate, const std::string& key, Instant now) {
  const x509::KeyHandle secret = x509::new_key();
  Draft draft;
  draft.common_name = "depops sites authority";
  draft.not_before = now - kBackdated;
  draft.not_after = now + kAuthorityLife;
  draft.public_key = secret.get();
  draft.issuer_key = secret.get();
  draft.authority = true;
  DEPOPS_TRY(const x509::CertificateHandle made, sign(draft));
  DEPOPS_TRY_VOID(x509::save_key(key, secret.get()));
  std::ofstream file(certificate, std::ios::binary | std::ios::trunc);
  file << x509::pem_of(made.get());
  file.close();
  if (!file) return Error{Errc::unavailable, certificate + ": can not be written; make its folder writable"};
  return {};
}

}  // namespace depops::hub::authority
