#pragma once

#include <cstdint>
#include <string>

#include "shared/base/moment.h"
#include "shared/base/result.h"
#include "shared/http/url.h"

namespace depops::http {

struct Answer {
  int status = 0;
  std::string body;
};

// A whole answer: within `timeout` all in all, however slowly it drips, and at most `max_bytes`. Errors: unavailable,
// exhausted (longer), invalid (not HTTP).
Result<Answer> http_ask(const Page& page, Millis timeout, std::uint64_t max_bytes);

// The body of an answer with status 200; any other status is unavailable.
Result<std::string> http_get(const Page& page, Millis timeout, std::uint64_t max_bytes);

}  // namespace depops::http
