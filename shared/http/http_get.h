#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "shared/base/moment.h"
#include "shared/base/names.h"
#include "shared/base/result.h"
#include "shared/http/url.h"

namespace depops::http {

struct Answer {
  int status = 0;
  std::string body;
};

// A whole answer: within `timeout` all in all, however slowly it drips, and at most `max_bytes`. Errors: unavailable,
// exhausted (longer), invalid (not HTTP). `ca`: PEM file with the authorities that an https server's certificate must
// come from; empty: those of the system.
Result<Answer> http_ask(const Page& page, Millis timeout, std::uint64_t max_bytes, const std::string& ca = "");

struct Request {
  Page page;
  std::string method = "GET";
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;    // with GET: none
  std::string ca{};    // as above
  Digest authority{};  // of the DER bytes of the one authority that may have signed the server's certificate, instead
  std::optional<Instant> certified_at{};  // with it: when the certificates must hold; absent: by the machine's clock
};

// What became of a request that is not only a question. Without an answer `trouble` says why; if it was sent, whether
// it was carried out is not known.
struct Sending {
  bool sent = false;
  std::optional<Answer> answer;
  std::string trouble;
};

// `given_up` is asked now and then: true ends the wait.
Sending http_send(const Request& request, Millis timeout, std::uint64_t max_bytes,
                  const std::function<bool()>& given_up);

// The body of an answer with status 200; any other status is unavailable.
Result<std::string> http_get(const Page& page, Millis timeout, std::uint64_t max_bytes, const std::string& ca = "");

}  // namespace depops::http
