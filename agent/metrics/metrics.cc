#include "agent/metrics/metrics.h"

#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPServer.h>
#include <Poco/Net/HTTPServerParams.h>
#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/ThreadPool.h>

#include <utility>

namespace depops::agent {
namespace {

namespace net = Poco::Net;

constexpr int kThreads = 2;
constexpr int kStackBytes = 128 * 1024;
constexpr int kQueued = 16;

struct Source {
  std::string version;
  std::function<Result<SiteView>()> view;
};

class Handler final : public net::HTTPRequestHandler {
 public:
  explicit Handler(const Source& source) : source_(source) {}

  void handleRequest(net::HTTPServerRequest& request, net::HTTPServerResponse& response) override {
    if (request.getMethod() != net::HTTPRequest::HTTP_GET) return answer(response, 405, "only GET\n");
    if (request.getURI() == "/healthz") return answer(response, 200, "ok\n");
    if (request.getURI() != "/metrics") return answer(response, 404, "try /metrics\n");
    const auto view = source_.view();
    if (!view.ok()) return answer(response, 503, view.error().what + "\n");
    answer(response, 200, metrics_text(*view, source_.version));
  }

 private:
  static void answer(net::HTTPServerResponse& response, int status, const std::string& text) {
    response.setStatus(static_cast<net::HTTPResponse::HTTPStatus>(status));
    response.setContentType("text/plain; version=0.0.4; charset=utf-8");
    response.sendBuffer(text.data(), text.size());
  }

  const Source& source_;
};

class Factory final : public net::HTTPRequestHandlerFactory {
 public:
  explicit Factory(const Source& source) : source_(source) {}
  net::HTTPRequestHandler* createRequestHandler(const net::HTTPServerRequest&) override { return new Handler(source_); }

 private:
  const Source& source_;
};

net::HTTPServerParams::Ptr parameters() {
  net::HTTPServerParams::Ptr made = new net::HTTPServerParams;
  made->setMaxThreads(kThreads);
  made->setMaxQueued(kQueued);
  made->setKeepAlive(false);
  made->setTimeout(Poco::Timespan(5, 0));
  return made;
}

// Not the constructor of ServerSocket: it shares a port that another process listens on (SO_REUSEPORT).
net::ServerSocket bound_to(const std::string& listen) {
  net::ServerSocket socket;
  socket.bind(net::SocketAddress(listen), true, false);
  socket.listen(kQueued);
  return socket;
}

class Server final : public MetricsHttp {
 public:
  Server(const std::string& listen, Source source)
      : source_(std::move(source)),
        threads_("metrics", 1, kThreads, 60, kStackBytes),
        socket_(bound_to(listen)),
        server_(new Factory(source_), threads_, socket_, parameters()) {
    server_.start();
  }
  ~Server() override { server_.stopAll(true); }

  std::uint16_t port() const override { return socket_.address().port(); }

 private:
  Source source_;
  Poco::ThreadPool threads_;
  net::ServerSocket socket_;
  net::HTTPServer server_;
};

}  // namespace

Result<std::unique_ptr<MetricsHttp>> MetricsHttp::listen(const std::string& listen, const std::string& version,
                                                         std::function<Result<SiteView>()> view) {
  try {
    return std::unique_ptr<MetricsHttp>(new Server(listen, Source{version, std::move(view)}));
  } catch (const Poco::Exception& exception) {
    return Error{Errc::unavailable, "metrics on " + listen + ": " + exception.displayText() +
                                        "; free the port or choose another with metrics.listen"};
  }
}

}  // namespace depops::agent
