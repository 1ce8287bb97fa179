#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "shared/base/moment.h"
#include "shared/base/names.h"
#include "shared/base/result.h"
#include "shared/x509/handles.h"

// TLS keys, certificate requests and certificates, as PEM texts. Thread: any.
namespace depops::x509 {

inline constexpr std::size_t kPemMax = 64 * 1024;

// EC P-256, for TLS. The bytes leave it only through save().
class PrivateKey {
 public:
  static PrivateKey generate();
  static Result<PrivateKey> load(const std::string& path);  // also one of another kind, that others made
  Result<void> save(const std::string& path) const;         // mode 0600, never replaces a file

  std::string request(std::string_view common_name) const;  // a certificate request, PEM
  std::string sign(std::string_view text) const;            // over SHA-256; of a key that was made here ECDSA, DER
  std::string public_der() const;                           // SubjectPublicKeyInfo

 private:
  explicit PrivateKey(KeyHandle key) : key_(std::move(key)) {}
  KeyHandle key_;
};

// What stands in a certificate.
struct Facts {
  std::vector<std::string> common_names;  // all of the subject, as bytes
  std::size_t subject_parts = 0;          // entries of the subject of whatever kind
  std::vector<std::string> uris;          // of the subject's alternative names
  std::size_t other_names = 0;            // alternative names of other kinds
  std::vector<std::string> purposes;      // extended key usage: "clientAuth", "serverAuth", ...
  bool authority = false;                 // may sign others
  std::string serial;                     // hex digits, two for each byte
  Instant not_before{};
  Instant not_after{};
  std::string public_der;
  Digest digest;
};

Result<Facts> facts_of(std::string_view pem);  // of the first certificate
bool signed_by(std::string_view pem, std::string_view authority_pem);

// Whether the first certificate of `chain` is one of a server of that host (name or address), valid at `now`, that this
// authority signed, by those that stand behind it in the chain. Errors: refused, says what is wrong.
Result<void> check_server(std::string_view chain, std::string_view authority_pem, const std::string& host, Instant now);

// Whether the holder of the certificate's key signed the text (PrivateKey::sign).
bool said_by(std::string_view certificate_pem, std::string_view text, std::string_view signature);

}  // namespace depops::x509
