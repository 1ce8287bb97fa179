#include "hub/api_http/server.h"

#include <Poco/Crypto/X509Certificate.h>
#include <Poco/Net/Context.h>
#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPServer.h>
#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/Net/NetException.h>
#include <Poco/Net/SecureServerSocket.h>
#include <Poco/ThreadPool.h>
#include <openssl/ssl.h>

#include <chrono>
#include <optional>

#include "hub/api_http/connection.h"
#include "hub/api_http/joining.h"
#include "hub/api_http/metrics.h"
#include "hub/api_http/problem.h"
#include "hub/api_http/static_files.h"

namespace depops::hub::api_http {
namespace {

constexpr int kThreads = 64;
constexpr int kJoinThreads = 8;
constexpr std::uint64_t kJoinBodyMax = 64 * 1024;
constexpr int kStackBytes = 256 * 1024;
constexpr int kQueueMax = 256;

// What one listener serves: the API with the console, artifacts for sites, or joining.
struct Service {
  Api api;
  EventFeed* feed = nullptr;            // null: the sites' listener
  std::optional<StaticFiles> console;   // likewise
  std::unique_ptr<JoinLimits> joining;  // set: the joining listener
};

bool is_api(const std::string& path) { return path.rfind("/api/", 0) == 0 || path == "/api"; }

bool for_site(const Route& route) {
  const std::string operation = route.operation;
  return operation == "getArtifact" || operation == "statArtifact";
}

class Handler final : public Poco::Net::HTTPRequestHandler {
 public:
  explicit Handler(const Service& service) : service_(service) {}

  void handleRequest(Poco::Net::HTTPServerRequest& from, Poco::Net::HTTPServerResponse& to) override {
    const auto start = std::chrono::steady_clock::now();
    auto request = read_head(from);
    const Response response = request ? answer(request.value(), from) : problem_of(request.error());
    const bool refused_body = response.status >= 400 && (from.hasContentLength() || from.getChunkedTransferEncoding());
    // What is left of the body must not be read as the next request.
    if (refused_body || !pass_over_body(from)) to.setKeepAlive(false);
    write_response(request ? request.value() : Request{}, response, from, to, service_.feed);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    service_.api.backend().metrics.request(operation_, response.status, took.count());
  }

 private:
  // Who asks here is nobody yet: what costs anything comes after the limits.
  Response join(const Request& request, Poco::Net::HTTPServerRequest& from) {
    const bool renews = request.path == "/renew";
    if ((request.path != "/join" && !renews) || request.method != "POST") return no_route(request, "");
    operation_ = renews ? "renew" : "join";
    const Backend& backend = service_.api.backend();
    const std::string address = from.clientAddress().host().toString();
    if (!service_.joining->admit(address, backend.clock.now().boottime))
      return problem(429, "too-many-requests", "too many try to join; try again in a minute").with("Retry-After", "60");
    if (!from.hasContentLength() || static_cast<std::uint64_t>(from.getContentLength64()) > kJoinBodyMax)
      return problem(413, "too-large", "the body must say its length, of at most 64 KiB");
    const auto body = read_body(from);
    if (!body) return problem(413, "too-large", body.error().what);
    return renews ? answer_renewal(body.value(), address, request.id, backend)
                  : answer_join(body.value(), address, request.id, backend);
  }

  Response answer(Request& request, Poco::Net::HTTPServerRequest& from) {
    if (service_.joining) return join(request, from);
    std::string allowed;
    const Route* route = Api::find(request.method, request.path, request.arguments, allowed);
    if (route == nullptr || (service_.feed == nullptr && !for_site(*route))) return no_route(request, allowed);
    operation_ = route->operation;
    if (service_.feed != nullptr)
      if (auto refused = service_.api.refuse(*route, request)) return std::move(*refused);
    if (operation_ == "putArtifact") {
      request.upload = upload_of(from);
    } else if (request.method != "GET" && request.method != "HEAD") {
      auto body = read_body(from);
      if (!body) return problem(413, "too-large", body.error().what);
      request.body = std::move(body).value();
    }
    return service_.api.answer(*route, request);
  }

  Response no_route(const Request& request, const std::string& allowed) const {
    if (!allowed.empty() && service_.feed != nullptr)
      return problem(405, "method-not-allowed", request.path + " takes " + allowed).with("Allow", allowed);
    const bool page = request.method == "GET" || request.method == "HEAD";
    if (service_.console && page && !is_api(request.path)) return service_.console->answer(request);
    return problem(404, "not-found", "there is no " + request.method + " " + request.path.substr(0, 200));
  }

  const Service& service_;
  std::string operation_ = "other";
};

class Factory final : public Poco::Net::HTTPRequestHandlerFactory {
 public:
  explicit Factory(const Service& service) : service_(service) {}
  Poco::Net::HTTPRequestHandler* createRequestHandler(const Poco::Net::HTTPServerRequest&) override {
    return new Handler(service_);
  }

 private:
  const Service& service_;
};

Poco::Net::HTTPServerParams::Ptr parameters(int threads) {
  Poco::Net::HTTPServerParams::Ptr out = new Poco::Net::HTTPServerParams;
  out->setMaxThreads(threads);
  out->setMaxQueued(kQueueMax);
  out->setTimeout(Poco::Timespan(30, 0));
  out->setKeepAliveTimeout(Poco::Timespan(5, 0));
  out->setMaxKeepAliveRequests(1'000);
  out->setSoftwareVersion("");
  return out;
}

Poco::Net::Context::Ptr context_of(const SiteTls& tls) {
  Poco::Net::Context::Params params;
  params.certificateFile = tls.certificate.string();
  params.privateKeyFile = tls.key.string();
  params.caLocation = tls.clients_ca.string();
  params.verificationMode = Poco::Net::Context::VERIFY_STRICT;
  params.verificationDepth = 2;
  params.loadDefaultCAs = false;
  Poco::Net::Context::Ptr out = new Poco::Net::Context(Poco::Net::Context::TLS_SERVER_USE, params);
  // The handshake demands a certificate that the sites' authority signed. What this switches off would demand that it
  // also names the address its holder comes from; a site is named by what it is, wherever it is.
  out->enableExtendedCertificateVerification(false);
  out->requireMinimumProtocol(Poco::Net::Context::PROTO_TLSV1_2);
  return out;
}

Poco::Net::Context::Ptr context_of(const JoinTls& tls) {
  Poco::Net::Context::Params params;
  params.certificateFile = tls.certificate.string();
  params.privateKeyFile = tls.key.string();
  params.verificationMode = Poco::Net::Context::VERIFY_NONE;
  params.loadDefaultCAs = false;
  Poco::Net::Context::Ptr out = new Poco::Net::Context(Poco::Net::Context::TLS_SERVER_USE, params);
  out->requireMinimumProtocol(Poco::Net::Context::PROTO_TLSV1_2);
  const Poco::Crypto::X509Certificate authority(tls.authority.string());
  SSL_CTX_add0_chain_cert(out->sslContext(), authority.dup());
  return out;
}

Error not_listening(const Listen& listen, const std::string& why) {
  return {Errc::unavailable, "can not listen on " + listen.host + ":" + std::to_string(listen.port) + ": " + why +
                                 "; end what uses the port or choose another in the settings (0 = a free one)"};
}

}  // namespace

struct Server::Parts {
  Service service;
  Poco::ThreadPool threads{4, kThreads, 60, kStackBytes};
  std::unique_ptr<Poco::Net::HTTPServer> server;

  Result<void> listen(const Listen& where, Poco::Net::ServerSocket socket) {
    try {
      // Without the last argument the library sets SO_REUSEPORT, and two hubs would share the port in silence.
      socket.bind(Poco::Net::SocketAddress(where.host, where.port), true, false);
      socket.listen(256);
      server = std::make_unique<Poco::Net::HTTPServer>(new Factory(service), threads, socket,
                                                       parameters(service.joining ? kJoinThreads : kThreads));
      server->start();
    } catch (const Poco::Exception& failed) {
      return not_listening(where, failed.displayText());
    }
    return {};
  }
};

Server::Server(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Server::~Server() { stop(); }

Result<std::unique_ptr<Server>> Server::for_people(const Listen& listen, Backend backend, EventFeed& feed,
                                                   std::filesystem::path console) {
  std::unique_ptr<Parts> parts(
      new Parts{{Api(std::move(backend)), &feed, StaticFiles(std::move(console)), {}}, {}, {}});
  DEPOPS_TRY_VOID(parts->listen(listen, Poco::Net::ServerSocket()));
  return std::unique_ptr<Server>(new Server(std::move(parts)));
}

Result<std::unique_ptr<Server>> Server::for_sites(const Listen& listen, const SiteTls& tls, Backend backend) {
  std::unique_ptr<Parts> parts(new Parts{{Api(std::move(backend)), nullptr, {}, {}}, {}, {}});
  try {
    DEPOPS_TRY_VOID(parts->listen(listen, Poco::Net::SecureServerSocket(context_of(tls))));
  } catch (const Poco::Exception& failed) {
    return Error{Errc::invalid, "the certificates of the sites' listener can not be used: " + failed.displayText()};
  }
  return std::unique_ptr<Server>(new Server(std::move(parts)));
}

Result<std::unique_ptr<Server>> Server::for_joining(const Listen& listen, const JoinTls& tls, Backend backend) {
  auto limits = std::make_unique<JoinLimits>();
  std::unique_ptr<Parts> parts(new Parts{{Api(std::move(backend)), nullptr, {}, std::move(limits)}, {}, {}});
  try {
    DEPOPS_TRY_VOID(parts->listen(listen, Poco::Net::SecureServerSocket(context_of(tls))));
  } catch (const Poco::Exception& failed) {
    return Error{Errc::invalid, "the certificates of the joining listener can not be used: " + failed.displayText()};
  }
  return std::unique_ptr<Server>(new Server(std::move(parts)));
}

std::uint16_t Server::port() const { return parts_->server->port(); }

void Server::stop() {
  if (!parts_->server) return;
  parts_->server->stopAll(false);
  parts_->threads.joinAll();
  parts_->server.reset();
}

}  // namespace depops::hub::api_http
