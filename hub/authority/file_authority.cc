#include "hub/authority/file_authority.h"

#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <utility>

#include "hub/authority/draft.h"
#include "hub/authority/revocation_list.h"
#include "shared/signing/signing.h"
#include "shared/x509/x509.h"

namespace depops::hub::authority {
namespace {

constexpr Millis kBackdated = std::chrono::minutes(5);  // for clocks that are a little behind
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

std::string name_in(X509_REQ* request) {
  const X509_NAME* subject = X509_REQ_get_subject_name(request);
  const int at = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
  STACK_OF(X509_EXTENSION)* extensions = X509_REQ_get_extensions(request);
  const bool more = sk_X509_EXTENSION_num(extensions) > 0 || X509_NAME_entry_count(subject) != 1;
  sk_X509_EXTENSION_pop_free(extensions, X509_EXTENSION_free);
  if (at < 0 || more) return "";
  const ASN1_STRING* name = X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at));
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(name)),
          static_cast<std::size_t>(ASN1_STRING_length(name))};
}

std::string uri_of(const SiteName& site, SiteEpoch epoch) {
  return "urn:depops:site:" + site.str() + ":e" + std::to_string(epoch.value());
}

// Of the authority itself; those of sites come from who decided about them.
std::string random_serial() {
  std::string digits = signing::to_hex(signing::random_bytes(16));
  digits[0] = '4';
  return digits;
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

Result<RequestFacts> FileAuthority::check(const std::string& request) const {
  DEPOPS_TRY(const x509::RequestHandle asked, x509::read_request(request));
  DEPOPS_TRY(EVP_PKEY * key, key_of(asked.get()));
  return RequestFacts{name_in(asked.get()), signing::digest_of(x509::der_of(key))};
}

Result<std::string> FileAuthority::issue(const std::string& request, const CertificateTerms& terms) const {
  if (!is_name(terms.site.str()) || is_reserved(terms.site.str()))
    return Error{Errc::refused,
                 "no certificate for what is no site's name: a-z, 0-9 and inner '-', at most 63, and "
                 "not hub, admin or all"};
  DEPOPS_TRY(const x509::RequestHandle asked, x509::read_request(request));
  Draft draft;
  DEPOPS_TRY(draft.public_key, key_of(asked.get()));
  draft.common_name = terms.site.str();
  draft.serial = terms.serial;
  draft.uri = uri_of(terms.site, terms.site_epoch);
  draft.not_before = terms.begins;
  draft.not_after = terms.ends;
  draft.issuer = certificate_.get();
  draft.issuer_key = key_.get();
  DEPOPS_TRY(const x509::CertificateHandle made, sign(draft));
  return x509::pem_of(made.get());
}

Result<CertificateTerms> FileAuthority::read(const std::string& certificate) const {
  const Error foreign{Errc::refused, "not a certificate that this hub's authority gave to a site"};
  const auto facts = x509::facts_of(certificate);
  if (!facts || !x509::signed_by(certificate, x509::pem_of(certificate_.get()))) return foreign;
  if (facts->common_names.size() != 1 || facts->uris.size() != 1) return foreign;
  const SiteName site(facts->common_names.front());
  const std::string prefix = uri_of(site, SiteEpoch()).substr(0, uri_of(site, SiteEpoch()).size() - 1);
  const std::string& uri = facts->uris.front();
  std::uint64_t epoch = 0;
  if (!uri.starts_with(prefix)) return foreign;
  const auto [end, wrong] = std::from_chars(uri.data() + prefix.size(), uri.data() + uri.size(), epoch);
  if (wrong != std::errc() || end != uri.data() + uri.size()) return foreign;
  return CertificateTerms{site, SiteEpoch(epoch), facts->serial, facts->not_before, facts->not_after};
}

Result<std::string> FileAuthority::revocations(const std::vector<RevokedCertificate>& revoked, Instant issued,
                                               Instant next) const {
  return sign_list({revoked, issued, next}, certificate_.get(), key_.get());
}

Result<void> make_authority(const std::string& certificate, const std::string& key, Instant now) {
  const x509::KeyHandle secret = x509::new_key();
  Draft draft;
  draft.common_name = "depops sites authority";
  draft.serial = random_serial();
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
