#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "shared/base/moment.h"
#include "shared/base/names.h"
#include "shared/base/result.h"
#include "shared/signing/signing.h"

// How a site joins: what it says, what it is told. Thread: any.
namespace depops::join {

inline constexpr std::size_t kBrokersMax = 15;
inline constexpr std::size_t kTokenMax = 200;  // characters
inline constexpr std::size_t kCertificateRequestMax = 16 * 1024;
inline constexpr std::size_t kRequestMax = 64 * 1024;   // the whole request
inline constexpr std::size_t kAnswerMax = 1024 * 1024;  // the whole answer
inline constexpr std::string_view kTokenPrefix = "dpj_";

struct Request {
  SiteName site;
  std::string token;
  std::string certificate_request;  // PEM
  signing::PublicKey signing_key;
  std::string fingerprint;  // of the machine: "sha256:..."; tells a clone from a move
  std::string proof;        // 64 bytes
};

// What the site may not go below from now on, so that nobody can feed it what was before it joined.
struct Floors {
  Generation generation;
  HubEpoch hub_epoch;
  std::uint64_t trust_version = 0;
  Instant time{};
};

struct Answer {
  SiteName site;
  EnvironmentName environment;
  SiteEpoch site_epoch;
  std::string certificate;  // PEM, the site's own first
  std::string infra_ca;     // PEM: who signs broker and hub
  std::string broker_url;
  std::string artifacts_url;
  std::string hub_id;
  signing::PublicKey hub_key;
  std::string trust_root;  // the newest, as a frame; empty: the hub has none
  Floors floors;
  std::vector<std::string> other_brokers{};  // where the hub is as well, at most kBrokersMax
};

// A new token from 32 bytes of the system's random source.
std::string new_token();
Digest hash_of(std::string_view token);

// Signs everything of the request but the proof, which it sets.
void prove(Request& request, const signing::SecretKey& key);
// Whether the holder of request.signing_key asked for exactly this.
bool proven(const Request& request);

std::string write(const Request& request);
std::string write(const Answer& answer);
Result<Request> read_request(std::string_view text);  // `invalid` names the member, and never the token
Result<Answer> read_answer(std::string_view text);

}  // namespace depops::join
