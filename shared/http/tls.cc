#include "shared/http/tls.h"

#include <Poco/Net/Context.h>
#include <Poco/Net/HTTPSClientSession.h>
#include <Poco/Net/SecureStreamSocket.h>
#include <Poco/Net/SocketAddress.h>

namespace depops::http {
namespace {

namespace net = Poco::Net;

// Made for each request: the authorities are read anew, so a file that was exchanged counts at once.
net::Context::Ptr context_of(const std::string& ca) {
  net::Context::Params params;
  params.caLocation = ca;
  params.loadDefaultCAs = ca.empty();
  params.verificationMode = net::Context::VERIFY_STRICT;
  net::Context::Ptr context = new net::Context(net::Context::TLS_CLIENT_USE, params);
  context->requireMinimumProtocol(net::Context::PROTO_TLSV1_2);
  return context;
}

}  // namespace

std::unique_ptr<net::HTTPClientSession> open_tls(const Page& page, const std::string& address, Millis timeout,
                                                 const std::string& ca) {
  const Poco::Timespan limit(timeout.count() * 1'000);
  net::SecureStreamSocket socket(context_of(ca));
  socket.setPeerHostName(page.host);  // what the certificate must say
  socket.setLazyHandshake(true);      // within the limits that are set after the connection
  socket.connect(net::SocketAddress(address, page.port), limit);
  socket.setReceiveTimeout(limit);
  socket.setSendTimeout(limit);
  socket.completeHandshake();
  socket.verifyPeerCertificate();
  return std::make_unique<net::HTTPSClientSession>(socket);
}

}  // namespace depops::http
