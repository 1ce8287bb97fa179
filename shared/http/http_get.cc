#include "shared/http/http_get.h"

#include <Poco/Exception.h>
#include <Poco/Net/DNS.h>
#include <Poco/Net/HTTPBasicCredentials.h>
#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/Net/IPAddress.h>
#include <Poco/Net/NetException.h>

#include <algorithm>
#include <chrono>
#include <istream>
#include <memory>

#include "shared/http/tls.h"

namespace depops::http {
namespace {

using Clock = std::chrono::steady_clock;
namespace net = Poco::Net;

const Error kLate{Errc::unavailable, "no whole answer in time"};

// A read waits for the next bytes only, so what is left of the time is set before each.
bool set_what_is_left(net::HTTPClientSession& session, Clock::time_point deadline) {
  const auto left = std::chrono::ceil<Millis>(deadline - Clock::now()).count();
  if (left <= 0) return false;
  session.socket().setReceiveTimeout(Poco::Timespan(left * 1'000));
  return true;
}

Result<std::string> read_body(net::HTTPClientSession& session, std::istream& body, Clock::time_point deadline,
                              std::uint64_t max_bytes) {
  std::string text;
  while (set_what_is_left(session, deadline)) {
    const int next = body.get();
    if (next == std::istream::traits_type::eof()) {
      if (session.networkException() == nullptr) return text;
      return Clock::now() < deadline ? Error{Errc::unavailable, session.networkException()->displayText()} : kLate;
    }
    text.push_back(static_cast<char>(next));
    char more[16'384];
    text.append(more, static_cast<std::size_t>(body.readsome(more, sizeof more)));
    if (text.size() > max_bytes) return Error{Errc::exhausted, "the answer is longer than the cap"};
  }
  return kLate;
}

void put_credentials(net::HTTPRequest& request, const std::string& credentials) {
  if (credentials.empty()) return;
  const std::size_t colon = credentials.find(':');
  const std::string password = colon == std::string::npos ? "" : credentials.substr(colon + 1);
  net::HTTPBasicCredentials(credentials.substr(0, colon), password).authenticate(request);
}

std::string address_of(const std::string& host) {
  net::IPAddress address;
  if (net::IPAddress::tryParse(host, address)) return host;
  const auto found = net::DNS::hostByName(host).addresses();
  if (found.empty()) throw net::HostNotFoundException(host);
  // The way that is there on every machine first.
  const auto v4 = std::find_if(found.begin(), found.end(),
                               [](const net::IPAddress& one) { return one.family() == net::IPAddress::IPv4; });
  return (v4 == found.end() ? found.front() : *v4).toString();
}

std::unique_ptr<net::HTTPClientSession> session_for(const Page& page, Millis timeout, const std::string& ca,
                                                    Pin pin = {}) {
  const std::string address = address_of(page.host);
  pin.host = page.host;
  if (page.tls) return open_tls(page, address, timeout, ca, pin);
  if (!pin.authority.empty()) throw Poco::InvalidArgumentException("only https shows an authority");
  return std::make_unique<net::HTTPClientSession>(address, page.port);
}

Result<Answer> ask(const Page& page, Millis timeout, std::uint64_t max_bytes, const std::string& ca) {
  const Clock::time_point deadline = Clock::now() + timeout;
  const auto opened = session_for(page, timeout, ca);
  net::HTTPClientSession& session = *opened;
  session.setProxyConfig({});  // never through what the environment happens to name
  session.setTimeout(Poco::Timespan(timeout.count() * 1'000));
  net::HTTPRequest request(net::HTTPRequest::HTTP_GET, page.path, net::HTTPRequest::HTTP_1_1);
  request.setHost(page.host, page.port);
  request.setKeepAlive(false);
  put_credentials(request, page.credentials);
  session.sendRequest(request);
  if (!set_what_is_left(session, deadline)) return kLate;
  net::HTTPResponse response;
  std::istream& body = session.receiveResponse(response);
  DEPOPS_TRY(std::string text, read_body(session, body, deadline, max_bytes));
  const bool promised = response.hasContentLength();
  if (promised && static_cast<std::uint64_t>(response.getContentLength64()) != text.size())
    return Error{Errc::unavailable, "the answer broke off"};
  return Answer{static_cast<int>(response.getStatus()), std::move(text)};
}

constexpr long kLookEveryUs = 100'000;

// Empty: there is something to read.
std::string wait_for_answer(net::HTTPClientSession& session, Clock::time_point deadline,
                            const std::function<bool()>& given_up) {
  while (!session.socket().poll(Poco::Timespan(kLookEveryUs), net::Socket::SELECT_READ)) {
    if (given_up()) return "nobody waits for its answer any more";
    if (Clock::now() >= deadline) return kLate.what;
  }
  return {};
}

void put_request(net::HTTPRequest& out, const Request& request) {
  out.setHost(request.page.host, request.page.port);
  out.setKeepAlive(false);
  put_credentials(out, request.page.credentials);
  for (const auto& [name, value] : request.headers) out.set(name, value);
  if (request.method != net::HTTPRequest::HTTP_GET)
    out.setContentLength64(static_cast<Poco::Int64>(request.body.size()));
}

void send(const Request& request, Millis timeout, std::uint64_t max_bytes, const std::function<bool()>& given_up,
          Sending& sending) {
  const Clock::time_point deadline = Clock::now() + timeout;
  const auto opened = session_for(request.page, timeout, request.ca, {request.authority, {}, request.certified_at});
  net::HTTPClientSession& session = *opened;
  session.setProxyConfig({});
  session.setTimeout(Poco::Timespan(timeout.count() * 1'000));
  net::HTTPRequest message(request.method, request.page.path, net::HTTPRequest::HTTP_1_1);
  put_request(message, request);
  std::ostream& out = session.sendRequest(message);
  sending.sent = true;
  out << request.body << std::flush;
  sending.trouble = wait_for_answer(session, deadline, given_up);
  if (!sending.trouble.empty()) return;
  if (!set_what_is_left(session, deadline)) return void(sending.trouble = kLate.what);
  net::HTTPResponse response;
  std::istream& body = session.receiveResponse(response);
  const auto text = read_body(session, body, deadline, max_bytes);
  // The status alone says what became of it.
  sending.answer = Answer{static_cast<int>(response.getStatus()), text.ok() ? *text : std::string()};
}

}  // namespace

Sending http_send(const Request& request, Millis timeout, std::uint64_t max_bytes,
                  const std::function<bool()>& given_up) {
  Sending sending;
  try {
    send(request, timeout, max_bytes, given_up, sending);
  } catch (const Poco::TimeoutException&) {
    sending.trouble = kLate.what;
  } catch (const Poco::Exception& trouble) {
    sending.trouble = trouble.displayText();
  }
  return sending;
}

Result<Answer> http_ask(const Page& page, Millis timeout, std::uint64_t max_bytes, const std::string& ca) {
  try {
    return ask(page, timeout, max_bytes, ca);
  } catch (const net::MessageException&) {
    return Error{Errc::invalid, "the answer is no HTTP"};
  } catch (const net::NoMessageException&) {
    return Error{Errc::invalid, "the answer is no HTTP"};
  } catch (const Poco::TimeoutException&) {
    return kLate;
  } catch (const Poco::Exception& trouble) {
    return Error{Errc::unavailable, trouble.displayText()};
  }
}

Result<std::string> http_get(const Page& page, Millis timeout, std::uint64_t max_bytes, const std::string& ca) {
  DEPOPS_TRY(Answer answer, http_ask(page, timeout, max_bytes, ca));
  if (answer.status != 200) return Error{Errc::unavailable, "status " + std::to_string(answer.status)};
  return std::move(answer.body);
}

}  // namespace depops::http
