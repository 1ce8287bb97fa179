#pragma once

#include <optional>
#include <string>

#include "shared/base/moment.h"
#include "shared/base/names.h"

struct ssl_ctx_st;

// Internal: a server that is known by its authority's digest and by nothing else.
namespace depops::http {

struct Pin {
  Digest authority;             // of its certificate's DER bytes
  std::string host;             // whom the server's certificate must name
  std::optional<Instant> at{};  // as of when its certificates must hold; absent: as the machine's clock has it
};

// Handshakes of `context` succeed only if the server shows this very authority, and a certificate for the host
// that it signed. No other authority counts, the system's neither. `pin` must outlive the handshakes.
void trust_only(ssl_ctx_st* context, const Pin& pin);

}  // namespace depops::http
