#include "agent/main/door.h"

#include <Poco/Exception.h>
#include <Poco/Net/Context.h>
#include <Poco/Net/SecureStreamSocket.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/URI.h>

namespace depops::agent {
namespace {

namespace net = Poco::Net;
using kubernetes::Finding;
using Kind = Finding::Kind;

const Poco::Timespan kMost(5, 0);
const Poco::Timespan kRefusalMost(0, 500'000);  // a certificate is judged by the other side after the handshake
constexpr Poco::UInt16 kMqtts = 8883;

net::SocketAddress address_of(const Poco::URI& uri) {
  return {uri.getHost(), uri.getPort() == 0 ? kMqtts : uri.getPort()};
}

net::Context::Ptr context_of(const DoorKeys& keys) {
  net::Context::Params params;
  params.caLocation = keys.authority;
  params.certificateFile = keys.certificate;
  params.privateKeyFile = keys.key;
  params.loadDefaultCAs = keys.authority.empty();
  params.verificationMode = net::Context::VERIFY_STRICT;
  net::Context::Ptr context = new net::Context(net::Context::TLS_CLIENT_USE, params);
  context->requireMinimumProtocol(net::Context::PROTO_TLSV1_2);
  return context;
}

// True: the other side ended the connection, which it does with a certificate that it does not take. Else it waits to
// be spoken to. What can be read at once may be tickets of TLS, so only the reading itself tells.
bool is_shown_out(net::SecureStreamSocket& socket) {
  socket.setReceiveTimeout(kRefusalMost);
  try {
    char first = 0;
    return socket.receiveBytes(&first, 1) == 0;
  } catch (const Poco::TimeoutException&) {
    return false;
  } catch (const Poco::Exception&) {
    return true;
  }
}

Finding greet(const std::string& what, const std::string& url, const Poco::URI& uri, const DoorKeys& keys) {
  net::SecureStreamSocket socket(context_of(keys));
  socket.setPeerHostName(uri.getHost());
  socket.setLazyHandshake(true);  // within the limits that are set after the connection
  socket.connect(address_of(uri), kMost);
  socket.setReceiveTimeout(kMost);
  socket.setSendTimeout(kMost);
  try {
    socket.completeHandshake();
    socket.verifyPeerCertificate();
  } catch (const Poco::Exception& trouble) {
    return {Kind::failed, what,
            url + ": somebody listens, but does not show that it is " + uri.getHost() + ": " + trouble.displayText() +
                "; look at its certificate, at this host's clock and at " + keys.authority};
  }
  if (is_shown_out(socket))
    return {Kind::failed, what,
            url + ": does not let the certificate " + keys.certificate +
                " in; it ran out, was revoked, or is of another authority: whoever runs the hub enrols this site anew"};
  return {Kind::well, what, url + " is who it should be and lets this site's certificate in"};
}

}  // namespace

Finding look_at_door(const std::string& what, const std::string& url, const DoorKeys& keys) {
  try {
    const Poco::URI uri(url);
    if (uri.getScheme() == "https" || uri.getScheme() == "mqtts") return greet(what, url, uri, keys);
    net::StreamSocket socket;
    socket.connect(address_of(uri), kMost);
    return {Kind::well, what, url + " takes connections"};
  } catch (const Poco::Exception& trouble) {
    return {Kind::failed, what,
            url + ": " + trouble.displayText() + "; is it up, is the name right, and may this host reach it?"};
  }
}

}  // namespace depops::agent
