#include "tests/support/listener.h"

#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <stdlib.h>

#include <array>
#include <filesystem>

#include "shared/base/check.h"
#include "shared/x509/handles.h"

namespace depops::tests {
namespace {

x509::KeyHandle key_of(std::uint8_t seed) {
  std::array<unsigned char, 32> bytes{};
  bytes.fill(seed);
  return x509::KeyHandle(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, bytes.data(), bytes.size()));
}

void extend(X509* certificate, int kind, const char* value) {
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, kind, value);
  DEPOPS_CHECK(extension != nullptr && X509_add_ext(certificate, extension, -1) == 1);
  X509_EXTENSION_free(extension);
}

// With `issuer` the listener's own, else the authority.
x509::CertificateHandle make(const ListenerTerms& terms, evp_pkey_st* key, evp_pkey_st* signer, X509* issuer) {
  const auto seconds = [](Instant at) {
    return static_cast<time_t>(std::chrono::duration_cast<std::chrono::seconds>(at.time_since_epoch()).count());
  };
  x509::CertificateHandle made(X509_new());
  X509* certificate = made.get();
  X509_set_version(certificate, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), issuer == nullptr ? 1 : 2);
  ASN1_TIME_set(X509_getm_notBefore(certificate), seconds(terms.begins));
  ASN1_TIME_set(X509_getm_notAfter(certificate), seconds(terms.ends));
  const std::string name = issuer == nullptr ? "infra authority" : "hub";
  X509_NAME_add_entry_by_NID(X509_get_subject_name(certificate), NID_commonName, MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>(name.data()), static_cast<int>(name.size()), -1, 0);
  X509_set_issuer_name(certificate, X509_get_subject_name(issuer == nullptr ? certificate : issuer));
  X509_set_pubkey(certificate, key);
  if (issuer == nullptr) {
    extend(certificate, NID_basic_constraints, "critical,CA:TRUE");
  } else {
    extend(certificate, NID_subject_alt_name, terms.name.c_str());
  }
  DEPOPS_CHECK(X509_sign(certificate, signer, nullptr) > 0);
  return made;
}

// It leaves the library through files alone.
x509::PrivateKey as_private_key(evp_pkey_st* key) {
  char folder[] = "/tmp/depops-listener-XXXXXX";
  DEPOPS_CHECK(::mkdtemp(folder) != nullptr);
  const std::string path = std::string(folder) + "/key";
  DEPOPS_CHECK(x509::save_key(path, key).ok());
  auto read = x509::PrivateKey::load(path);
  std::filesystem::remove_all(folder);
  return std::move(read).value();
}

}  // namespace

Listener make_listener(const ListenerTerms& terms) {
  const x509::KeyHandle root = key_of(terms.seed);
  const x509::KeyHandle own = key_of(static_cast<std::uint8_t>(terms.seed + 1));
  const x509::CertificateHandle authority = make(terms, root.get(), root.get(), nullptr);
  const x509::CertificateHandle shown = make(terms, own.get(), root.get(), authority.get());
  const std::string pem = x509::pem_of(authority.get());
  return {pem, x509::facts_of(pem)->digest, {x509::pem_of(shown.get()), as_private_key(own.get())}};
}

}  // namespace depops::tests
