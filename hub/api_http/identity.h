#pragma once

#include "hub/api_http/api.h"
#include "shared/join/join.h"

// What a site is told of itself once the loop let it in. Internal. Thread: a request's.
namespace depops::hub::api_http {

// Why nobody can join here.
Error no_joining();

std::string hex_of(const signing::PublicKey& key);
Result<SiteView> find_site(const Backend& backend, const SiteName& name);

// The certificate that the loop decided on for this key, made now.
Result<std::string> certificate_of(const SiteView& found, const Digest& key, const std::string& request,
                                   const Backend& backend);

// Who asked to join, and was let in.
struct Joined {
  SiteName site;
  signing::PublicKey signing_key;
  Digest key;  // of the certificate's public key
  std::string certificate_request;
};
Result<join::Answer> identity_of(const Joined& joined, const Backend& backend);

}  // namespace depops::hub::api_http
