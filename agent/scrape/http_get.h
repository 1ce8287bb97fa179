#pragma once

#include <cstdint>
#include <string>

#include "shared/base/moment.h"
#include "shared/base/result.h"

namespace depops::agent::scrape {

struct Page {
  std::string host;  // a numeric address
  std::uint16_t port = 0;
  std::string path;
};

// The body of an answer with status 200, whole: within `timeout` all in all, however slowly it drips, and at most
// `max_bytes`. Errors: unavailable, exhausted (longer), invalid (not an address, not HTTP).
Result<std::string> http_get(const Page& page, Millis timeout, std::uint64_t max_bytes);

}  // namespace depops::agent::scrape
