#pragma once

#include <memory>
#include <string>

#include "shared/base/moment.h"
#include "shared/http/pinned.h"
#include "shared/http/url.h"

namespace Poco::Net {
class HTTPClientSession;
}

// Internal: connections over TLS.
namespace depops::http {

// Connects to `address` when something is sent, sure that it is page.host: by a certificate that the authorities
// in the PEM file `ca` signed, or those of the system if that is empty; or, with a digest, the one authority that has
// it. Throws what the library throws.
std::unique_ptr<Poco::Net::HTTPClientSession> open_tls(const Page& page, const std::string& address, Millis timeout,
                                                       const std::string& ca, const Pin& pin);

}  // namespace depops::http
