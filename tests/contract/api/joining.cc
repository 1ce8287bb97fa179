#include "tests/contract/api/joining.h"

#include <catch2/catch.hpp>

namespace depops::tests {

Door::Door(const std::string& folder, std::string hub_id, signing::PublicKey hub_key) : certificates_(folder) {
  auto office = hub::authority::FileAuthority::open(file("sites-ca.pem"), file("sites-ca.key"));
  INFO((office.ok() ? std::string() : office.error().what));
  REQUIRE(office.ok());
  office_ = std::move(office).value();
  auto key = x509::PrivateKey::load(file("hub.key"));
  REQUIRE(key.ok());
  const std::string infra = hub::authority::read_pem_file(file("infra-ca.pem")).value();
  joining_.reset(new hub::api_http::Joining{
      *office_,
      "https://127.0.0.1:8482",
      x509::facts_of(infra)->digest,
      infra,
      "mqtts://127.0.0.1:8883",
      {},
      "https://127.0.0.1:8481",
      std::move(hub_id),
      hub_key,
      join::Seal{hub::authority::read_pem_file(file("hub.pem")).value(), std::move(key).value()}});
}

hub::api_http::JoinTls Door::tls() const { return {file("hub.pem"), file("hub.key"), file("infra-ca.pem")}; }

Applicant::Applicant(const std::string& name) : site(name), certificate_request(tls.request(name)) {}

join::Request Applicant::ask(const std::string& token) const {
  join::Request out;
  out.site = site;
  out.token = token;
  out.certificate_request = certificate_request;
  out.fingerprint = signing::digest_of("machine of " + site.str()).str();
  join::prove(out, signing);
  return out;
}

http::Sending post_join(std::uint16_t port, const Digest& authority, const std::string& body) {
  http::Request request;
  request.page = {"127.0.0.1", port, "/join", "", true};
  request.method = "POST";
  request.body = body;
  request.authority = authority;
  return http::http_send(request, Millis(20'000), join::kAnswerMax, [] { return false; });
}

}  // namespace depops::tests
