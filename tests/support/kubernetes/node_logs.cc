#include "tests/support/kubernetes/node_logs.h"

#include <Poco/Net/Context.h>
#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPServer.h>
#include <Poco/Net/HTTPServerParams.h>
#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/Net/SecureServerSocket.h>
#include <Poco/URI.h>

#include <utility>

#include "tests/support/child.h"

namespace depops::test {
namespace {

namespace net = Poco::Net;

class LogHandler : public net::HTTPRequestHandler {
 public:
  explicit LogHandler(NodeLogs& logs) : logs_(logs) {}
  void handleRequest(net::HTTPServerRequest& request, net::HTTPServerResponse& response) override {
    const std::string log = logs_.answer(request.getURI());
    response.setContentType("text/plain");
    response.sendBuffer(log.data(), log.size());
  }

 private:
  NodeLogs& logs_;
};

class LogHandlers : public net::HTTPRequestHandlerFactory {
 public:
  explicit LogHandlers(NodeLogs& logs) : logs_(logs) {}
  net::HTTPRequestHandler* createRequestHandler(const net::HTTPServerRequest&) override {
    return new LogHandler(logs_);
  }

 private:
  NodeLogs& logs_;
};

// The last `lines` of it.
std::string tail(const std::string& log, std::size_t lines) {
  std::size_t from = log.size();
  while (from > 0 && (log[from - 1] != '\n' || from == log.size() || lines-- > 1)) --from;
  return log.substr(from);
}

}  // namespace

NodeLogs::NodeLogs(const std::string& folder) : port_(free_port()) {
  net::Context::Params params;
  params.privateKeyFile = folder + "/server.key";
  params.certificateFile = folder + "/server.crt";
  params.verificationMode = net::Context::VERIFY_NONE;
  net::SecureServerSocket socket(new net::Context(net::Context::TLS_SERVER_USE, params));
  socket.bind(net::SocketAddress("127.0.0.1", port_), true);
  socket.listen(16);
  auto* rules = new net::HTTPServerParams;
  rules->setMaxThreads(2);
  server_ = std::make_unique<net::HTTPServer>(new LogHandlers(*this), socket, rules);
  server_->start();
}

NodeLogs::~NodeLogs() { server_->stopAll(true); }

json::Value NodeLogs::node(const std::string& name) const {
  json::Value address;
  address.add("type", "InternalIP").add("address", "127.0.0.1");
  json::Value endpoint;
  endpoint.add("Port", port_);
  json::Value endpoints;
  endpoints.add("kubeletEndpoint", std::move(endpoint));
  json::Value status;
  status.add("addresses", json::Value::array().push(std::move(address))).add("daemonEndpoints", std::move(endpoints));
  json::Value meta;
  json::Value node;
  node.add("apiVersion", "v1").add("kind", "Node").add("metadata", meta.add("name", name));
  return node.add("status", std::move(status));
}

void NodeLogs::keep(const std::string& image, const std::string& log) {
  const std::lock_guard lock(mutex_);
  logs_[image] = log;
}

void NodeLogs::lose_previous(const std::string& image) {
  const std::lock_guard lock(mutex_);
  lost_.insert(image);
}

void NodeLogs::runs(const std::string& pod, const std::string& image) {
  const std::lock_guard lock(mutex_);
  images_[pod] = image;
}

std::vector<std::string> NodeLogs::asked() {
  const std::lock_guard lock(mutex_);
  return std::exchange(asked_, {});
}

std::string NodeLogs::answer(const std::string& uri) {
  const Poco::URI read(uri);
  std::vector<std::string> parts;
  read.getPathSegments(parts);
  if (parts.size() != 4) return "";
  std::size_t lines = std::string::npos;
  bool previous = false;
  for (const auto& [name, value] : read.getQueryParameters()) {
    if (name == "tailLines") lines = std::stoul(value);
    if (name == "previous") previous = value == "true";
  }
  const std::lock_guard lock(mutex_);
  asked_.push_back(parts[2] + " " + parts[3] + (previous ? " previous" : ""));
  const std::string& image = images_[parts[2]];
  if (previous && lost_.contains(image)) return "unable to retrieve container logs for containerd://fb2a41e59474";
  return tail(logs_[image], lines);
}

}  // namespace depops::test
