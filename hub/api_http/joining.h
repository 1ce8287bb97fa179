#pragma once

#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "hub/api_http/api.h"
#include "hub/ports/certificates.h"
#include "shared/join/file_answer.h"
#include "shared/signing/signing.h"

// How sites join: what they are told, and how often anybody may try.
namespace depops::hub::api_http {

// What this hub says of itself to a site that joins.
struct Joining {
  const Certificates& certificates;
  std::string url;       // of the joining listener as sites reach it
  Digest authority;      // of the infrastructure's certificate, by which a site knows this hub
  std::string infra_ca;  // that certificate, PEM
  std::string broker_url;
  std::vector<std::string> other_brokers;
  std::string artifacts_url;
  std::string hub_id;
  signing::PublicKey hub_key;
  Result<join::Seal> seal;  // what the joining listener shows, with its key, that signs answers in files; or why not
  Millis certificate_life{std::chrono::hours(24 * 7)};
  std::string left_to_people{};  // of revoking a site; empty: nothing
};

// Per minute, by a clock that only goes forward. An address is never forgotten within its minute: there are at most
// kTotal of them. Thread: any.
class JoinLimits {
 public:
  static constexpr unsigned kPerAddress = 10;
  static constexpr unsigned kTotal = 100;

  bool admit(const std::string& address, Millis boottime);

 private:
  std::mutex mutex_;
  Millis window_{-1};
  unsigned total_ = 0;
  std::map<std::string, unsigned> by_address_;
};

// POST /join: the request as it came, and from where. Thread: a request's.
Response answer_join(const std::string& body, const std::string& address, const std::string& request_id,
                     const Backend& backend);

// POST /renew: likewise; the next certificate for who has the keys of the last one, also if it ran out.
Response answer_renewal(const std::string& body, const std::string& address, const std::string& request_id,
                        const Backend& backend);

}  // namespace depops::hub::api_http
