#pragma once

#include "shared/join/join.h"
#include "shared/x509/x509.h"

// How a site gets its next certificate without the broker: `POST /renew` at the joining listener. Thread: any.
namespace depops::join {

// Who asks shows the last certificate and signs with its key and with the site's signing key.
struct Renewal {
  std::string certificate;          // PEM, the last one
  std::string certificate_request;  // PEM, for a new key
  signing::PublicKey signing_key;
  std::string tls_proof;      // at most 256 bytes, by the key of the certificate
  std::string signing_proof;  // 64 bytes
};

Renewal ask_renewal(std::string certificate, std::string certificate_request, const x509::PrivateKey& tls,
                    const signing::SecretKey& signing);
// Whether the holder of both keys asked for exactly this. That the certificate is one of the hub's is not looked at.
bool proven(const Renewal& renewal);

std::string write(const Renewal& renewal);
Result<Renewal> read_renewal(std::string_view text);  // `invalid` names the member

// The answer: the certificate.
std::string write_certificate(const std::string& pem);
Result<std::string> read_certificate(std::string_view text);

}  // namespace depops::join
