#pragma once

#include <cstdint>
#include <string>

#include "shared/base/result.h"

namespace depops::http {

// What is asked for, of whom.
struct Page {
  std::string host;  // a name or a numeric address
  std::uint16_t port = 80;
  std::string path = "/";   // with the query
  std::string credentials;  // "user:password"; empty: none
  bool tls = false;         // https
  bool operator==(const Page&) const = default;
};

// Error `invalid`, which never repeats what may be secret.
Result<Page> parse_url(const std::string& text);

// For people: "http://127.0.0.1:9090/api/v1/query", without credentials and without the query.
std::string shown(const Page& page);

// For one value within a query: everything but letters, digits and -._~ as %XX.
std::string encoded(const std::string& value);

}  // namespace depops::http
