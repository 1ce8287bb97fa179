#include "tests/bench/api.h"

#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>

#include <iterator>
#include <stdexcept>

#include "shared/json/parse.h"

namespace depops::bench {

struct Api::Connection {
  explicit Connection(std::uint16_t port) : session("127.0.0.1", port) {}
  Poco::Net::HTTPClientSession session;
};

Api::Api(std::uint16_t port, std::string token)
    : connection_(std::make_unique<Connection>(port)), token_(std::move(token)) {
  connection_->session.setKeepAlive(true);
  connection_->session.setTimeout(Poco::Timespan(30, 0));
}

Api::~Api() = default;

ApiAnswer Api::call(const std::string& method, const std::string& target, const std::string& body) {
  Poco::Net::HTTPRequest request(method, target, Poco::Net::HTTPMessage::HTTP_1_1);
  request.set("Authorization", "Bearer " + token_);
  request.setKeepAlive(true);
  request.setContentLength(static_cast<std::streamsize>(body.size()));
  connection_->session.sendRequest(request) << body;
  Poco::Net::HTTPResponse response;
  std::istream& stream = connection_->session.receiveResponse(response);
  ApiAnswer answer{response.getStatus(), {std::istreambuf_iterator<char>(stream), {}}};
  return answer;
}

json::Value Api::must(const std::string& method, const std::string& target, const std::string& body) {
  const ApiAnswer answer = call(method, target, body);
  auto value = json::parse(answer.body);
  if (answer.status > 201 || !value) {
    throw std::runtime_error(method + " " + target + " was answered with " + std::to_string(answer.status) + ": " +
                             answer.body.substr(0, 500));
  }
  return std::move(value).value();
}

}  // namespace depops::bench
