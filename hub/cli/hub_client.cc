#include "hub/cli/hub_client.h"

#include <Poco/Net/Context.h>
#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/Net/HTTPSClientSession.h>
#include <Poco/Net/NetException.h>
#include <Poco/String.h>
#include <Poco/Thread.h>
#include <Poco/URI.h>

#include <istream>
#include <ostream>

#include "hub/cli/problem.h"
#include "shared/json/parse.h"
#include "shared/json/write.h"
#include "shared/signing/set_up.h"
#include "shared/signing/signing.h"

namespace depops::hub::cli {
namespace {

namespace net = Poco::Net;

constexpr std::size_t kBodyMax = 64 << 20;
constexpr std::size_t kLineMax = 1 << 20;
constexpr int kTries = 3;
constexpr long kFirstPauseMs = 150;
constexpr int kTimeoutSeconds = 30;
constexpr std::size_t kPage = 500;

bool is_loopback(const std::string& host) { return host == "localhost" || host == "::1" || host.starts_with("127."); }

std::unique_ptr<net::HTTPClientSession> open_session(const Poco::URI& uri, const std::string& ca_file) {
  std::unique_ptr<net::HTTPClientSession> session;
  if (uri.getScheme() == "https") {
    const net::Context::Ptr tls(
        new net::Context(net::Context::TLS_CLIENT_USE, "", "", ca_file, net::Context::VERIFY_RELAXED, 9, true));
    session = std::make_unique<net::HTTPSClientSession>(uri.getHost(), uri.getPort(), tls);
  } else {
    session = std::make_unique<net::HTTPClientSession>(uri.getHost(), uri.getPort());
  }
  session->setKeepAlive(true);
  session->setTimeout(Poco::Timespan(kTimeoutSeconds, 0));
  return session;
}

std::string read_body(std::istream& stream, bool& whole) {
  std::string body;
  char part[16'384];
  while (stream.read(part, sizeof part) || stream.gcount() > 0) {
    body.append(part, static_cast<std::size_t>(stream.gcount()));
    if (body.size() > kBodyMax) break;
  }
  whole = stream.eof() && body.size() <= kBodyMax;
  return body;
}

std::string fresh_key() {
  signing::set_up();
  return signing::to_hex(signing::random_bytes(16));
}

// A read, or a write that carries its own idempotence key, may be sent again.
bool may_repeat(const Request& request) {
  return request.method == "GET" || request.method == "HEAD" || request.headers.contains("Idempotency-Key");
}

}  // namespace

struct HubClient::Connection {
  Poco::URI uri;
  std::unique_ptr<net::HTTPClientSession> session;
};

HubClient::HubClient(Context context, std::string token)
    : context_(std::move(context)), token_(std::move(token)), connection_(std::make_unique<Connection>()) {}

HubClient::~HubClient() = default;

std::string encoded(const std::string& segment) {
  std::string out;
  Poco::URI::encode(segment, "!#$&'()*+,/:;=?@[]%", out);
  return out;
}

std::string with_query(const std::string& path, const Query& query) {
  std::string out = path;
  for (const auto& [name, value] : query) {
    if (!value.empty()) out += (out.find('?') == std::string::npos ? "?" : "&") + name + "=" + encoded(value);
  }
  return out;
}

Answer<std::unique_ptr<HubClient>> HubClient::open(const Context& context) {
  std::string token = context.token;
  if (!context.token_file.empty()) {
    auto read = read_token(context.token_file);
    if (!read.ok()) return read.trouble();
    token = read.take();
  }
  std::unique_ptr<HubClient> client(new HubClient(context, std::move(token)));
  try {
    Poco::URI& uri = client->connection_->uri;
    uri = Poco::URI(context.hub);
    if ((uri.getScheme() != "http" && uri.getScheme() != "https") || uri.getHost().empty()) {
      return Trouble{Exit::usage, "the hub's address must be like http://127.0.0.1:8080, not " + context.hub};
    }
    if (uri.getScheme() == "http" && !is_loopback(uri.getHost()) && !client->token_.empty()) {
      return Trouble{Exit::usage,
                     "a token is not sent over plain HTTP to " + uri.getHost() + "; use https, or a tunnel"};
    }
    client->connection_->session = open_session(uri, context.ca_file);
  } catch (const Poco::Exception& e) {
    return Trouble{Exit::usage, "the hub's address " + context.hub + " can not be used: " + e.displayText()};
  }
  return client;
}

Answer<Reply> HubClient::send(const Request& request) {
  net::HTTPClientSession& session = *connection_->session;
  try {
    net::HTTPRequest out(request.method, request.path, net::HTTPMessage::HTTP_1_1);
    if (!token_.empty()) out.set("Authorization", "Bearer " + token_);
    for (const auto& [name, value] : request.headers) out.set(name, value);
    if (!request.content_type.empty()) out.setContentType(request.content_type);
    if (request.method != "GET" && request.method != "HEAD")
      out.setContentLength64(static_cast<Poco::Int64>(request.body.size()));
    session.sendRequest(out) << request.body;
    net::HTTPResponse in;
    bool whole = true;
    Reply reply;
    reply.body = read_body(session.receiveResponse(in), whole);
    if (!whole && request.method != "HEAD") return Trouble{Exit::unreachable, "the hub's answer broke off"};
    reply.status = in.getStatus();
    for (const auto& [name, value] : in) reply.headers[Poco::toLower(name)] = value;
    return reply;
  } catch (const Poco::Exception& e) {
    session.reset();
    return Trouble{Exit::unreachable, "the hub at " + context_.hub + " does not answer (" + e.displayText() +
                                          "); is it running, and is the address right?"};
  }
}

Answer<json::Value> HubClient::exchange(const Request& request) {
  long pause = kFirstPauseMs;
  for (int attempt = 1;; ++attempt, pause *= 2) {
    const auto reply = send(request);
    const bool again = !reply.ok() || reply->status == 503;
    if (again && attempt < kTries && may_repeat(request)) {
      Poco::Thread::sleep(pause);
      continue;
    }
    if (!reply.ok()) return reply.trouble();
    if (reply->status >= 400) return trouble_of(*reply);
    if (reply->body.empty()) return json::Value();
    auto value = json::parse(reply->body);
    if (!value)
      return Trouble{Exit::error, "the hub's answer is no JSON (" + value.error().what + "); is this address a hub?"};
    return std::move(value).value();
  }
}

Answer<json::Value> HubClient::get(const std::string& path, const Query& query) {
  return exchange({"GET", with_query(path, query), "", "", {}});
}

Answer<json::Value> HubClient::post(const std::string& path, const json::Value& body) {
  return exchange({"POST", path, "application/json", json::write(body), {{"Idempotency-Key", fresh_key()}}});
}

Answer<json::Value> HubClient::put_yaml(const std::string& path, const Query& query, const std::string& text) {
  return exchange({"PUT", with_query(path, query), "application/yaml", text, {{"Idempotency-Key", fresh_key()}}});
}

Answer<std::pair<json::Value::Array, bool>> HubClient::list(const std::string& path, Query query, std::size_t most) {
  json::Value::Array items;
  std::string token;
  do {
    Query page = query;
    const std::size_t left = most == 0 ? kPage : most - items.size();
    page.emplace_back("limit", std::to_string(std::min(kPage, left)));
    page.emplace_back("pageToken", token);
    const auto answer = get(path, page);
    if (!answer.ok()) return answer.trouble();
    const json::Value::Array& more = (*answer)["items"].items();
    items.insert(items.end(), more.begin(), more.end());
    const std::string next = (*answer)["nextPageToken"].as_string();
    token = next == token ? "" : next;
  } while (!token.empty() && (most == 0 || items.size() < most));
  return std::pair(std::move(items), !token.empty());
}

Answer<bool> HubClient::stream(const Request& request, const std::function<bool(const std::string&)>& line,
                               const std::function<bool()>& idle) {
  net::HTTPClientSession& session = *connection_->session;
  try {
    net::HTTPRequest out("GET", request.path, net::HTTPMessage::HTTP_1_1);
    if (!token_.empty()) out.set("Authorization", "Bearer " + token_);
    for (const auto& [name, value] : request.headers) out.set(name, value);
    session.sendRequest(out);
    net::HTTPResponse in;
    std::istream& body = session.receiveResponse(in);
    bool whole = true;
    if (in.getStatus() != 200) return trouble_of({in.getStatus(), {}, read_body(body, whole)});
    std::string text;
    while (idle()) {
      if (body.rdbuf()->in_avail() <= 0 && !session.socket().poll(Poco::Timespan(0, 250'000), net::Socket::SELECT_READ))
        continue;
      const int c = body.get();
      if (!body.good()) break;
      if (c != '\n') text += static_cast<char>(c);
      if (text.size() > kLineMax) return Trouble{Exit::error, "a line of the hub's stream is longer than 1 MiB"};
      if (c == '\n' && !line(std::exchange(text, {}))) return true;
    }
    session.reset();
    return true;
  } catch (const Poco::Exception& e) {
    session.reset();
    return Trouble{Exit::unreachable, "the hub at " + context_.hub + " does not answer (" + e.displayText() + ")"};
  }
}

}  // namespace depops::hub::cli
