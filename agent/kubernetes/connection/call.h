#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "shared/base/moment.h"

namespace depops::agent::kubernetes {

struct Call {
  std::string method = "GET";
  std::string target;  // path with query, as the server knows it
  std::string body{};
  std::string content_type{};
  Millis timeout{10'000};              // for the whole of the answer, however slowly it drips
  std::uint64_t answer_max = 8 << 20;  // bytes
};

struct Reply {
  int status = 0;
  std::optional<Millis> retry_after;
  std::string body;
};

// No answer. `sent`: some of the request has left us, so it may have been carried out.
struct Lost {
  bool sent = false;
  std::string why;
  bool too_long = false;  // longer than was allowed: asking again makes no sense
};

}  // namespace depops::agent::kubernetes
