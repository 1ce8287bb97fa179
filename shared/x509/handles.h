#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "shared/base/result.h"

struct x509_st;
struct evp_pkey_st;
struct X509_req_st;

// OpenSSL's objects, held once. For those who do more with them than x509.h can.
namespace depops::x509 {

struct Release {
  void operator()(x509_st* certificate) const;
  void operator()(evp_pkey_st* key) const;
  void operator()(X509_req_st* request) const;
};

using CertificateHandle = std::unique_ptr<x509_st, Release>;
using KeyHandle = std::unique_ptr<evp_pkey_st, Release>;
using RequestHandle = std::unique_ptr<X509_req_st, Release>;

// The first one of a PEM text of at most kPemMax bytes. Errors: invalid.
Result<CertificateHandle> read_certificate(std::string_view pem);
Result<RequestHandle> read_request(std::string_view pem);
// All that stand in such a text, one to kChainMax, in their order. Errors: invalid.
inline constexpr std::size_t kChainMax = 8;
Result<std::vector<CertificateHandle>> read_chain(std::string_view pem);

KeyHandle new_key();                                  // EC P-256
Result<KeyHandle> load_key(const std::string& path);  // PEM, no password; refused if others can read the file
// Mode 0600; never replaces a file.
Result<void> save_key(const std::string& path, evp_pkey_st* key);

std::string pem_of(x509_st* certificate);
std::string der_of(evp_pkey_st* key);  // SubjectPublicKeyInfo of its public part

// What the library says went wrong, and forgets it.
std::string library_trouble();

}  // namespace depops::x509
