#include "tests/contract/cli/scripted_hub.h"

#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPServer.h>
#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/Net/HTTPServerRequestImpl.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/StreamCopier.h>
#include <Poco/String.h>

#include "shared/json/value.h"
#include "shared/json/write.h"

namespace depops::test {
namespace {

namespace net = Poco::Net;

class Handler : public net::HTTPRequestHandler {
 public:
  explicit Handler(ScriptedHub& hub) : hub_(hub) {}

  void handleRequest(net::HTTPServerRequest& request, net::HTTPServerResponse& response) override {
    Asked asked{request.getMethod(), request.getURI(), {}, ""};
    for (const auto& [name, value] : request) asked.headers[Poco::toLower(name)] = value;
    Poco::StreamCopier::copyToString(request.stream(), asked.body);
    const Answered answered = hub_.answer(asked);
    if (answered.drop) {
      static_cast<net::HTTPServerRequestImpl&>(request).detachSocket().close();
      return;
    }
    response.setStatus(static_cast<net::HTTPResponse::HTTPStatus>(answered.status));
    for (const auto& [name, value] : answered.headers) response.set(name, value);
    if (answered.stay_open) return stay(request, response, answered);
    response.setContentType("application/json");
    response.setContentLength64(static_cast<Poco::Int64>(answered.body.size()));
    response.send() << answered.body;
  }

 private:
  static void stay(net::HTTPServerRequest& request, net::HTTPServerResponse& response, const Answered& answered) {
    response.setContentType("text/event-stream");
    response.setChunkedTransferEncoding(true);
    response.send() << answered.body << std::flush;
    net::StreamSocket& socket = static_cast<net::HTTPServerRequestImpl&>(request).socket();
    socket.poll(Poco::Timespan(30, 0), net::Socket::SELECT_READ);  // readable when the client goes
  }

  ScriptedHub& hub_;
};

class Factory : public net::HTTPRequestHandlerFactory {
 public:
  explicit Factory(ScriptedHub& hub) : hub_(hub) {}
  net::HTTPRequestHandler* createRequestHandler(const net::HTTPServerRequest&) override { return new Handler(hub_); }

 private:
  ScriptedHub& hub_;
};

std::string what_of(const Asked& asked) { return asked.method + " " + asked.path.substr(0, asked.path.find('?')); }

}  // namespace

struct ScriptedHub::Server {
  explicit Server(ScriptedHub& hub)
      : socket(net::SocketAddress("127.0.0.1", 0)), http(new Factory(hub), socket, new net::HTTPServerParams) {
    http.start();
  }
  ~Server() { http.stopAll(true); }

  net::ServerSocket socket;
  net::HTTPServer http;
};

ScriptedHub::ScriptedHub() { server_ = std::make_unique<Server>(*this); }
ScriptedHub::~ScriptedHub() { server_.reset(); }

void ScriptedHub::on(const std::string& what, Script script) {
  const std::lock_guard lock(mutex_);
  scripts_[what] = std::move(script);
}

void ScriptedHub::on(const std::string& what, Answered answer) {
  on(what, [answer](const Asked&) { return answer; });
}

std::string ScriptedHub::address() const {
  return "http://127.0.0.1:" + std::to_string(server_->socket.address().port());
}

std::vector<Asked> ScriptedHub::asked() const {
  const std::lock_guard lock(mutex_);
  return asked_;
}

std::vector<Asked> ScriptedHub::asked(const std::string& what) const {
  std::vector<Asked> found;
  for (const Asked& one : asked()) {
    if (what_of(one) == what) found.push_back(one);
  }
  return found;
}

Answered ScriptedHub::answer(const Asked& asked) {
  const std::lock_guard lock(mutex_);
  asked_.push_back(asked);
  const auto script = scripts_.find(what_of(asked));
  return script == scripts_.end() ? problem(404, "not-found", what_of(asked) + " is not here") : script->second(asked);
}

Answered problem(int status, const std::string& code, const std::string& detail, const std::string& reasons) {
  return {status,
          R"({"type":"urn:depops:problem:)" + code + R"(","title":"t","status":)" + std::to_string(status) +
              R"(,"detail":)" + json::write(json::Value(detail)) + R"(,"code":")" + code + R"(","reasons":)" + reasons +
              "}",
          {}};
}

}  // namespace depops::test
