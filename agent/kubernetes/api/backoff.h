#pragma once

#include <optional>
#include <string_view>

#include "shared/base/moment.h"

namespace depops::agent::kubernetes {

struct BackoffRules {
  Millis first{500};
  Millis most{30'000};
  Millis retry_after_most{60'000};  // a server that asks for more gets no more
};

// How long to wait after the `failures`-th failure in a row (from 1): doubling, half of it by chance, so that many
// agents do not come back as one; never before what the server asked for. `chance`: 0 to 1.
Millis backoff(unsigned failures, std::optional<Millis> retry_after, double chance, const BackoffRules& rules = {});

// "Retry-After: 30". Dates and nonsense: nothing.
std::optional<Millis> read_retry_after(std::string_view text);

}  // namespace depops::agent::kubernetes
