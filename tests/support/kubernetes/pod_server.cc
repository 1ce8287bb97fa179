#include "tests/support/kubernetes/pod_server.h"

#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPServer.h>
#include <Poco/Net/HTTPServerParams.h>
#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/Net/ServerSocket.h>

namespace depops::test {
namespace {

class Answer : public Poco::Net::HTTPRequestHandler {
 public:
  explicit Answer(const std::string& body) : body_(body) {}
  void handleRequest(Poco::Net::HTTPServerRequest&, Poco::Net::HTTPServerResponse& response) override {
    response.sendBuffer(body_.data(), body_.size());
  }

 private:
  const std::string body_;
};

class Answers : public Poco::Net::HTTPRequestHandlerFactory {
 public:
  explicit Answers(std::string body) : body_(std::move(body)) {}
  Poco::Net::HTTPRequestHandler* createRequestHandler(const Poco::Net::HTTPServerRequest&) override {
    return new Answer(body_);
  }

 private:
  const std::string body_;
};

}  // namespace

PodServer::PodServer(const std::string& address, std::uint16_t port, std::string body) {
  Poco::Net::ServerSocket socket;
  socket.bind(Poco::Net::SocketAddress(address, port), true);
  socket.listen(16);
  auto* rules = new Poco::Net::HTTPServerParams;
  rules->setMaxThreads(2);
  server_ = std::make_unique<Poco::Net::HTTPServer>(new Answers(std::move(body)), socket, rules);
  server_->start();
}

PodServer::~PodServer() { server_->stopAll(true); }

}  // namespace depops::test
