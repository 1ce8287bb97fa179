#include "shared/x509/x509.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <ctime>

#include "shared/base/check.h"
#include "shared/signing/signing.h"

namespace depops::x509 {
namespace {

template <auto Free>
struct Freed {
  template <typename T>
  void operator()(T* object) const {
    Free(object);
  }
};

using Buffer = std::unique_ptr<unsigned char, decltype([](unsigned char* bytes) { OPENSSL_free(bytes); })>;

// i2d_*: how an object is written in DER.
template <typename Object, typename Encode>
std::string encoded(Object* object, const Encode& encode) {
  unsigned char* raw = nullptr;
  const int size = encode(object, &raw);
  DEPOPS_CHECK(size > 0);
  const Buffer bytes(raw);
  return {reinterpret_cast<const char*>(bytes.get()), static_cast<std::size_t>(size)};
}

std::string text_of(const ASN1_STRING* value) {
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(value)),
          static_cast<std::size_t>(ASN1_STRING_length(value))};
}

Instant instant_of(const ASN1_TIME* time) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(time, &parts) != 1) return {};
  return Instant(std::chrono::seconds(::timegm(&parts)));
}

// Ed25519 brings its own.
const EVP_MD* hash_for(const EVP_PKEY* key) { return EVP_PKEY_is_a(key, "ED25519") == 1 ? nullptr : EVP_sha256(); }

void read_subject(X509* certificate, Facts& facts) {
  const X509_NAME* subject = X509_get_subject_name(certificate);
  facts.subject_parts = static_cast<std::size_t>(X509_NAME_entry_count(subject));
  for (int at = -1; (at = X509_NAME_get_index_by_NID(subject, NID_commonName, at)) >= 0;)
    facts.common_names.push_back(text_of(X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at))));
}

void read_alternative_names(X509* certificate, Facts& facts) {
  const std::unique_ptr<GENERAL_NAMES, Freed<GENERAL_NAMES_free>> names(
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  for (int i = 0; names && i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type == GEN_URI) {
      facts.uris.push_back(text_of(name->d.uniformResourceIdentifier));
    } else {
      ++facts.other_names;
    }
  }
}

void read_purposes(X509* certificate, Facts& facts) {
  const std::unique_ptr<EXTENDED_KEY_USAGE, Freed<EXTENDED_KEY_USAGE_free>> purposes(
      static_cast<EXTENDED_KEY_USAGE*>(X509_get_ext_d2i(certificate, NID_ext_key_usage, nullptr, nullptr)));
  for (int i = 0; purposes && i < sk_ASN1_OBJECT_num(purposes.get()); ++i) {
    const char* word = OBJ_nid2sn(OBJ_obj2nid(sk_ASN1_OBJECT_value(purposes.get(), i)));
    facts.purposes.emplace_back(word == nullptr ? "unknown" : word);
  }
}

}  // namespace

std::string der_of(evp_pkey_st* key) { return encoded(key, i2d_PUBKEY); }

PrivateKey PrivateKey::generate() { return PrivateKey(new_key()); }

Result<PrivateKey> PrivateKey::load(const std::string& path) {
  DEPOPS_TRY(KeyHandle key, load_key(path));
  return PrivateKey(std::move(key));
}

Result<void> PrivateKey::save(const std::string& path) const { return save_key(path, key_.get()); }

std::string PrivateKey::public_der() const { return der_of(key_.get()); }

std::string PrivateKey::request(std::string_view common_name) const {
  const RequestHandle request(X509_REQ_new());
  X509_NAME* subject = X509_REQ_get_subject_name(request.get());
  const auto* name = reinterpret_cast<const unsigned char*>(common_name.data());
  const bool made = X509_NAME_add_entry_by_NID(subject, NID_commonName, MBSTRING_UTF8, name,
                                               static_cast<int>(common_name.size()), -1, 0) == 1 &&
                    X509_REQ_set_pubkey(request.get(), key_.get()) == 1 &&
                    X509_REQ_sign(request.get(), key_.get(), EVP_sha256()) > 0;
  DEPOPS_CHECK(made);
  const std::unique_ptr<BIO, Freed<BIO_free_all>> bio(BIO_new(BIO_s_mem()));
  DEPOPS_CHECK(PEM_write_bio_X509_REQ(bio.get(), request.get()) == 1);
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

std::string PrivateKey::sign(std::string_view text) const {
  const std::unique_ptr<EVP_MD_CTX, Freed<EVP_MD_CTX_free>> context(EVP_MD_CTX_new());
  const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
  std::size_t size = 0;
  DEPOPS_CHECK(EVP_DigestSignInit(context.get(), nullptr, hash_for(key_.get()), nullptr, key_.get()) == 1 &&
               EVP_DigestSign(context.get(), nullptr, &size, bytes, text.size()) == 1);
  std::string out(size, '\0');
  DEPOPS_CHECK(EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(out.data()), &size, bytes, text.size()) ==
               1);
  out.resize(size);
  return out;
}

bool said_by(std::string_view certificate_pem, std::string_view text, std::string_view signature) {
  const auto certificate = read_certificate(certificate_pem);
  if (!certificate) return false;
  EVP_PKEY* key = X509_get0_pubkey(certificate->get());
  if (key == nullptr) return library_trouble(), false;
  const std::unique_ptr<EVP_MD_CTX, Freed<EVP_MD_CTX_free>> context(EVP_MD_CTX_new());
  const bool good =
      EVP_DigestVerifyInit(context.get(), nullptr, hash_for(key), nullptr, key) == 1 &&
      EVP_DigestVerify(context.get(), reinterpret_cast<const unsigned char*>(signature.data()), signature.size(),
                       reinterpret_cast<const unsigned char*>(text.data()), text.size()) == 1;
  if (!good) library_trouble();
  return good;
}

Result<Facts> facts_of(std::string_view pem) {
  DEPOPS_TRY(const CertificateHandle certificate, read_certificate(pem));
  Facts facts;
  read_subject(certificate.get(), facts);
  read_alternative_names(certificate.get(), facts);
  read_purposes(certificate.get(), facts);
  facts.authority = X509_check_ca(certificate.get()) == 1;
  facts.not_before = instant_of(X509_get0_notBefore(certificate.get()));
  facts.not_after = instant_of(X509_get0_notAfter(certificate.get()));
  facts.serial = signing::to_hex(text_of(X509_get0_serialNumber(certificate.get())));
  EVP_PKEY* key = X509_get0_pubkey(certificate.get());
  if (key == nullptr) return Error{Errc::invalid, "a certificate without a key that can be read"};
  facts.public_der = der_of(key);
  facts.digest = signing::digest_of(encoded(certificate.get(), i2d_X509));
  return facts;
}

bool signed_by(std::string_view pem, std::string_view authority_pem) {
  const auto certificate = read_certificate(pem);
  const auto authority = read_certificate(authority_pem);
  if (!certificate || !authority) return false;
  const bool good = X509_verify(certificate->get(), X509_get0_pubkey(authority->get())) == 1;
  if (!good) library_trouble();
  return good;
}

}  // namespace depops::x509
