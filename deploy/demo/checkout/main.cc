#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPServer.h>
#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/Net/HTTPServerRequestImpl.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <signal.h>

#include <atomic>
#include <chrono>
#include <iostream>
#include <random>
#include <thread>

#include "deploy/demo/checkout/faults.h"

namespace depops::demo {
namespace {

using Poco::Net::HTTPServerRequest;
using Poco::Net::HTTPServerResponse;

// A thread per connection, and a proxy keeps hundreds of idle connections when half of its clients come on new ones:
// with fewer threads those would starve requests and readiness alike.
constexpr int kThreads = 2'000;
constexpr int kThreadIdleSeconds = 60;
constexpr int kStackBytes = 128 * 1'024;

struct Shop {
  Faults faults;
  std::atomic<std::uint64_t> ok{0};
  std::atomic<std::uint64_t> failed{0};
};

bool draws(double share) {
  thread_local std::mt19937_64 random{std::random_device{}()};
  return std::uniform_real_distribution<double>(0, 1)(random) < share;
}

void answer(HTTPServerResponse& response, int status, const char* type, const std::string& body) {
  response.setStatus(static_cast<HTTPServerResponse::HTTPStatus>(status));
  response.setReason(HTTPServerResponse::getReasonForStatus(response.getStatus()));
  response.setContentType(type);
  response.sendBuffer(body.data(), body.size());
}

std::string metrics(const Shop& shop) {
  return "# HELP http_requests_total Orders answered.\n# TYPE http_requests_total counter\n"
         "http_requests_total{code=\"200\"} " +
         std::to_string(shop.ok) +
         "\n"
         "http_requests_total{code=\"500\"} " +
         std::to_string(shop.failed) +
         "\n"
         "# HELP checkout_info What runs.\n# TYPE checkout_info gauge\n"
         "checkout_info{version=\"" +
         shop.faults.version + "\"} 1\n";
}

class Handler : public Poco::Net::HTTPRequestHandler {
 public:
  explicit Handler(Shop& shop) : shop_(shop) {}

  void handleRequest(HTTPServerRequest& request, HTTPServerResponse& response) override {
    const std::string& path = request.getURI();
    response.set("X-Version", shop_.faults.version);
    if (path == "/ready") return answer(response, 200, "text/plain", "ready\n");
    if (path == "/metrics") return answer(response, 200, "text/plain; version=0.0.4", metrics(shop_));
    if (draws(shop_.faults.reset_share)) return reset(request);
    order(response);
  }

 private:
  void reset(HTTPServerRequest& request) {
    shop_.failed += 1;
    Poco::Net::StreamSocket socket = dynamic_cast<Poco::Net::HTTPServerRequestImpl&>(request).detachSocket();
    socket.setLinger(true, 0);
    socket.close();
  }

  void order(HTTPServerResponse& response) {
    std::this_thread::sleep_for(std::chrono::milliseconds(shop_.faults.delay_ms));
    const bool bad = draws(shop_.faults.error_share);
    (bad ? shop_.failed : shop_.ok) += 1;
    const std::string word = bad ? R"("error":"the order was lost")" : R"("order":"accepted")";
    answer(response, bad ? 500 : 200, "application/json",
           R"({"service":"checkout","version":")" + shop_.faults.version + "\"," + word + "}\n");
  }

  Shop& shop_;
};

class Factory : public Poco::Net::HTTPRequestHandlerFactory {
 public:
  explicit Factory(Shop& shop) : shop_(shop) {}
  Poco::Net::HTTPRequestHandler* createRequestHandler(const HTTPServerRequest&) override { return new Handler(shop_); }

 private:
  Shop& shop_;
};

// Serves until SIGTERM or SIGINT; then requests under way are answered and nothing new is taken.
int serve() {
  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGTERM);
  sigaddset(&ends, SIGINT);
  ::pthread_sigmask(SIG_BLOCK, &ends, nullptr);  // before any thread begins, so that all inherit it
  Shop shop{read_faults("demo.env")};
  Poco::Net::HTTPServerParams::Ptr parameters = new Poco::Net::HTTPServerParams;
  parameters->setMaxThreads(kThreads);
  parameters->setMaxQueued(1'000);
  parameters->setKeepAliveTimeout(Poco::Timespan(75, 0));  // longer than any proxy keeps an idle connection
  parameters->setMaxKeepAliveRequests(0);
  Poco::ThreadPool threads(4, kThreads, kThreadIdleSeconds, kStackBytes);
  Poco::Net::ServerSocket socket(Poco::Net::SocketAddress(shop.faults.address, shop.faults.port));
  Poco::Net::HTTPServer server(new Factory(shop), threads, socket, parameters);
  server.start();
  std::cout << "checkout " << shop.faults.version << " on port " << socket.address().port() << std::endl;
  int number = 0;
  ::sigwait(&ends, &number);
  server.stopAll(false);
  std::cout << "checkout " << shop.faults.version << " ends after " << shop.ok + shop.failed << " orders" << std::endl;
  return 0;
}

}  // namespace
}  // namespace depops::demo

int main() {
  try {
    return depops::demo::serve();
  } catch (const Poco::Exception& error) {
    std::cerr << error.displayText() << '\n';
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
  }
  return 1;
}
