#include "hub/authority/revocation_list.h"

#include <openssl/bn.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>

namespace depops::hub::authority {
namespace {

constexpr long kListVersion2 = 1;
constexpr Millis kListBackdated = std::chrono::minutes(5);  // a list from the future lets nobody in

template <auto Free>
struct FreedWith {
  template <typename T>
  void operator()(T* object) const {
    Free(object);
  }
};
using List = std::unique_ptr<X509_CRL, FreedWith<X509_CRL_free>>;
using Time = std::unique_ptr<ASN1_TIME, FreedWith<ASN1_TIME_free>>;
using Integer = std::unique_ptr<ASN1_INTEGER, FreedWith<ASN1_INTEGER_free>>;

time_t seconds_of(Instant at) {
  return static_cast<time_t>(std::chrono::duration_cast<std::chrono::seconds>(at.time_since_epoch()).count());
}

Integer integer_of(const std::string& digits) {
  BIGNUM* number = nullptr;
  Integer out;
  if (BN_hex2bn(&number, digits.c_str()) > 0) out.reset(BN_to_ASN1_INTEGER(number, nullptr));
  BN_free(number);
  return out;
}

bool add(X509_CRL* list, const RevokedCertificate& certificate) {
  const Integer serial = integer_of(certificate.serial);
  const Time since(ASN1_TIME_set(nullptr, seconds_of(certificate.since)));
  std::unique_ptr<X509_REVOKED, FreedWith<X509_REVOKED_free>> row(X509_REVOKED_new());
  const bool made = serial && since && row && X509_REVOKED_set_serialNumber(row.get(), serial.get()) == 1 &&
                    X509_REVOKED_set_revocationDate(row.get(), since.get()) == 1;
  if (!made || X509_CRL_add0_revoked(list, row.get()) != 1) return false;
  (void)row.release();  // it is the list's
  return true;
}

// A later list has a higher number: it is the time.
bool set_number(X509_CRL* list, Instant issued) {
  const Integer number(ASN1_INTEGER_new());
  return number && ASN1_INTEGER_set_int64(number.get(), seconds_of(issued)) == 1 &&
         X509_CRL_add1_ext_i2d(list, NID_crl_number, number.get(), 0, 0) == 1;
}

bool complete_list(X509_CRL* list, const RevocationList& wanted, X509* issuer, EVP_PKEY* issuer_key) {
  const Time issued(ASN1_TIME_set(nullptr, seconds_of(wanted.issued - kListBackdated)));
  const Time next(ASN1_TIME_set(nullptr, seconds_of(wanted.next)));
  for (const RevokedCertificate& certificate : wanted.revoked)
    if (!add(list, certificate)) return false;
  const EVP_MD* hash = EVP_PKEY_is_a(issuer_key, "ED25519") == 1 ? nullptr : EVP_sha256();
  return issued && next && X509_CRL_set_version(list, kListVersion2) == 1 &&
         X509_CRL_set_issuer_name(list, X509_get_subject_name(issuer)) == 1 &&
         X509_CRL_set1_lastUpdate(list, issued.get()) == 1 && X509_CRL_set1_nextUpdate(list, next.get()) == 1 &&
         set_number(list, wanted.issued) && X509_CRL_sort(list) == 1 && X509_CRL_sign(list, issuer_key, hash) > 0;
}

}  // namespace

Result<std::string> sign_list(const RevocationList& list, x509_st* issuer, evp_pkey_st* issuer_key) {
  const List made(X509_CRL_new());
  const std::unique_ptr<BIO, FreedWith<BIO_free_all>> bio(BIO_new(BIO_s_mem()));
  if (!made || !complete_list(made.get(), list, issuer, issuer_key) ||
      PEM_write_bio_X509_CRL(bio.get(), made.get()) != 1)
    return Error{Errc::internal, "the list of revoked certificates could not be made: " + x509::library_trouble()};
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return std::string(data, static_cast<std::size_t>(size));
}

}  // namespace depops::hub::authority
