#include "hub/authority/draft.h"

#include <openssl/bn.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

namespace depops::hub::authority {
namespace {

constexpr std::size_t kSerialDigits = 32;
constexpr long kVersion3 = 2;

bool set_serial(X509* certificate, const std::string& digits) {
  BIGNUM* number = nullptr;
  const bool read = BN_hex2bn(&number, digits.c_str()) == static_cast<int>(kSerialDigits);
  const bool set = read && BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate)) != nullptr;
  BN_free(number);
  return set;
}

bool set_name(X509* certificate, const std::string& common_name) {
  X509_NAME* subject = X509_get_subject_name(certificate);
  return X509_NAME_add_entry_by_NID(subject, NID_commonName, MBSTRING_ASC,
                                    reinterpret_cast<const unsigned char*>(common_name.data()),
                                    static_cast<int>(common_name.size()), -1, 0) == 1;
}

bool set_times(X509* certificate, const Draft& draft) {
  const auto seconds = [](Instant at) {
    return static_cast<time_t>(std::chrono::duration_cast<std::chrono::seconds>(at.time_since_epoch()).count());
  };
  return ASN1_TIME_set(X509_getm_notBefore(certificate), seconds(draft.not_before)) != nullptr &&
         ASN1_TIME_set(X509_getm_notAfter(certificate), seconds(draft.not_after)) != nullptr;
}

bool extend(X509* certificate, X509* issuer, int kind, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str());
  const bool added = extension != nullptr && X509_add_ext(certificate, extension, -1) == 1;
  X509_EXTENSION_free(extension);
  return added;
}

// Values are ours alone; the only word in them that came from outside is a site's name, which follows is_name().
bool set_extensions(X509* certificate, X509* issuer, const Draft& draft) {
  const auto add = [&](int kind, const std::string& value) { return extend(certificate, issuer, kind, value); };
  if (draft.authority)
    return add(NID_basic_constraints, "critical,CA:TRUE,pathlen:0") &&
           add(NID_key_usage, "critical,keyCertSign,cRLSign") && add(NID_ext_key_usage, "clientAuth") &&
           add(NID_subject_key_identifier, "hash");
  return add(NID_basic_constraints, "critical,CA:FALSE") && add(NID_key_usage, "critical,digitalSignature") &&
         add(NID_ext_key_usage, "clientAuth") && add(NID_subject_key_identifier, "hash") &&
         add(NID_subject_alt_name, "URI:" + draft.uri) &&
         (X509_get0_subject_key_id(issuer) == nullptr || add(NID_authority_key_identifier, "keyid"));
}

bool complete(X509* certificate, const Draft& draft) {
  X509* issuer = draft.issuer == nullptr ? certificate : draft.issuer;
  const EVP_MD* hash = EVP_PKEY_is_a(draft.issuer_key, "ED25519") == 1 ? nullptr : EVP_sha256();
  return X509_set_version(certificate, kVersion3) == 1 && set_serial(certificate, draft.serial) &&
         set_name(certificate, draft.common_name) && set_times(certificate, draft) &&
         X509_set_issuer_name(certificate, X509_get_subject_name(issuer)) == 1 &&
         X509_set_pubkey(certificate, draft.public_key) == 1 && set_extensions(certificate, issuer, draft) &&
         X509_sign(certificate, draft.issuer_key, hash) > 0;
}

}  // namespace

Result<x509::CertificateHandle> sign(const Draft& draft) {
  x509::CertificateHandle certificate(X509_new());
  if (certificate && complete(certificate.get(), draft)) return certificate;
  return Error{Errc::internal, "the certificate could not be made: " + x509::library_trouble()};
}

}  // namespace depops::hub::authority
