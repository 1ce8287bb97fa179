#include "shared/http/tls.h"

#include <Poco/Net/Context.h>
#include <Poco/Net/HTTPSClientSession.h>
#include <Poco/Net/SecureStreamSocket.h>
#include <Poco/Net/SocketAddress.h>

#include "shared/http/pinned.h"

namespace depops::http {
namespace {

namespace net = Poco::Net;

// Made for each request: the authorities are read anew, so a file that was exchanged counts at once.
net::Context::Ptr context_of(const std::string& ca, bool pinned) {
  net::Context::Params params;
  params.caLocation = ca;
  params.loadDefaultCAs = ca.empty() && !pinned;
  params.verificationMode = net::Context::VERIFY_STRICT;
  net::Context::Ptr context = new net::Context(net::Context::TLS_CLIENT_USE, params);
  context->requireMinimumProtocol(net::Context::PROTO_TLSV1_2);
  return context;
}

// Connects to the address that was found, and asks for the certificate of the name that was meant.
class TlsSession : public net::HTTPSClientSession {
 public:
  TlsSession(const std::string& address, const Page& page, Poco::Timespan limit, net::Context::Ptr context, Pin pin)
      : net::HTTPSClientSession(address, page.port, context),
        pin_(std::move(pin)),
        limit_(limit),
        context_(std::move(context)) {
    if (!pin_.authority.empty()) trust_only(context_->sslContext(), pin_);
  }

 protected:
  void connect(const net::SocketAddress& address) override {
    net::SecureStreamSocket socket(context_);
    socket.setPeerHostName(pin_.host);
    socket.setLazyHandshake(true);  // within the limits that are set after the connection
    socket.connect(address, limit_);
    socket.setReceiveTimeout(limit_);
    socket.setSendTimeout(limit_);
    socket.completeHandshake();
    socket.verifyPeerCertificate();
    attachSocket(socket);
  }

 private:
  const Pin pin_;
  Poco::Timespan limit_;
  net::Context::Ptr context_;
};

}  // namespace

std::unique_ptr<net::HTTPClientSession> open_tls(const Page& page, const std::string& address, Millis timeout,
                                                 const std::string& ca, const Pin& pin) {
  return std::make_unique<TlsSession>(address, page, Poco::Timespan(timeout.count() * 1'000),
                                      context_of(ca, !pin.authority.empty()), pin);
}

}  // namespace depops::http
