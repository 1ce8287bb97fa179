#pragma once

namespace Poco::Net {
class Context;
}
namespace Poco {
template <class C>
class AutoPtr;
}

namespace depops::agent::kubernetes {

struct Peer;

// Internal. TLS 1.2 or newer, with the certificates of the peer and nothing else. Throws Poco::Exception, which says
// which of the texts is no PEM and repeats nothing of it.
Poco::AutoPtr<Poco::Net::Context> tls_context(const Peer& peer);

}  // namespace depops::agent::kubernetes
