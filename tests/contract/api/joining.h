#pragma once

#include <memory>
#include <string>

#include "hub/api_http/joining.h"
#include "hub/api_http/server.h"
#include "hub/authority/file_authority.h"
#include "shared/http/http_get.h"
#include "shared/join/join.h"
#include "shared/x509/x509.h"
#include "tests/e2e/stage/certificates.h"

namespace depops::tests {

// What a hub needs to let sites in: two authorities of its own, made with openssl, and who issues certificates.
class Door {
 public:
  // The listener's address is not known before it listens: tests ask open_for() for it.
  Door(const std::string& folder, std::string hub_id, signing::PublicKey hub_key);

  const hub::api_http::Joining& joining() const { return *joining_; }
  hub::api_http::JoinTls tls() const;
  const Digest& authority() const { return joining_->authority; }
  std::string file(const std::string& name) const { return certificates_.file(name); }

 private:
  stage::Certificates certificates_;
  std::unique_ptr<hub::authority::FileAuthority> office_;
  std::unique_ptr<hub::api_http::Joining> joining_;
};

// A site that wants to join, with keys of its own.
struct Applicant {
  explicit Applicant(const std::string& site);
  join::Request ask(const std::string& token) const;

  SiteName site;
  x509::PrivateKey tls = x509::PrivateKey::generate();
  signing::SecretKey signing = signing::SecretKey::generate();
  std::string certificate_request;
};

// POST /join over TLS to 127.0.0.1, sure only of that authority.
http::Sending post_join(std::uint16_t port, const Digest& authority, const std::string& body);

}  // namespace depops::tests
