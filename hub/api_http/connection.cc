#include "hub/api_http/connection.h"

#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/Net/HTTPServerRequestImpl.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/Net/NameValueCollection.h>
#include <Poco/Net/StreamSocket.h>
#include <Poco/URI.h>

#include <array>
#include <atomic>
#include <fstream>
#include <vector>

#include "hub/api_http/api.h"
#include "hub/api_http/text.h"
#include "shared/signing/signing.h"

namespace depops::hub::api_http {
namespace {

constexpr std::size_t kPieceSize = 64 * 1024;

std::string next_id() {
  static const std::string start = signing::to_hex(signing::random_bytes(4));
  static std::atomic<std::uint64_t> count{0};
  return "api-" + start + "-" + std::to_string(++count);
}

Result<void> read_query(const Poco::URI& uri, Request& out) {
  for (const auto& [name, value] : uri.getQueryParameters())
    if (!out.query.emplace(name, value).second)
      return Error{Errc::invalid, "the query names '" + name.substr(0, 40) + "' twice"};
  return {};
}

void add_headers(Poco::Net::HTTPServerResponse& to) {
  to.set("Content-Security-Policy",
         "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src "
         "'self'; worker-src 'self'; manifest-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'");
  to.set("X-Content-Type-Options", "nosniff");
  to.set("Referrer-Policy", "no-referrer");
  to.set("Cross-Origin-Opener-Policy", "same-origin");
  to.set("Cross-Origin-Resource-Policy", "same-origin");
}

void send_file(const FilePart& part, std::ostream& out) {
  std::ifstream in(part.path, std::ios::binary);
  in.seekg(static_cast<std::streamoff>(part.first));
  std::vector<char> buffer(kPieceSize);
  std::uint64_t left = part.size;
  while (left > 0 && in && out) {
    in.read(buffer.data(), static_cast<std::streamsize>(std::min<std::uint64_t>(left, buffer.size())));
    out.write(buffer.data(), in.gcount());
    left -= static_cast<std::uint64_t>(in.gcount());
  }
}

// The thread goes back to the pool, the socket to the reactor.
void hand_over(const Response& response, Poco::Net::HTTPServerRequest& from, Poco::Net::HTTPServerResponse& to,
               EventFeed& feed) {
  to.setKeepAlive(false);
  to.set("Cache-Control", "no-store");
  to.send().flush();
  feed.add(static_cast<Poco::Net::HTTPServerRequestImpl&>(from).detachSocket(), *response.stream);
}

}  // namespace

Result<Request> read_head(Poco::Net::HTTPServerRequest& from) {
  Request out;
  out.id = next_id();
  out.method = from.getMethod();
  try {
    const Poco::URI uri(from.getURI());
    out.path = uri.getPath();
    DEPOPS_TRY_VOID(read_query(uri, out));
    for (const auto& [name, value] : from) out.headers[lower(name)] = value;
    Poco::Net::NameValueCollection cookies;
    from.getCookies(cookies);
    out.cookie = cookies.get(kCookie, "");
  } catch (const Poco::Exception&) {
    return Error{Errc::invalid, "the request's target or headers are not well formed"};
  }
  if (out.path.empty() || out.path.front() != '/')
    return Error{Errc::invalid, "the request's target must start with '/'"};
  if (from.hasContentLength()) out.content_length = static_cast<std::uint64_t>(from.getContentLength64());
  return out;
}

Result<std::string> read_body(Poco::Net::HTTPServerRequest& from) {
  const Error too_large{Errc::exhausted, "the body may have at most " + std::to_string(kBodyMax) + " bytes"};
  if (from.hasContentLength() && from.getContentLength64() > static_cast<std::int64_t>(kBodyMax)) return too_large;
  std::string out;
  std::array<char, 16 * 1024> buffer{};
  std::istream& in = from.stream();
  while (in.read(buffer.data(), buffer.size()) || in.gcount() > 0) {
    out.append(buffer.data(), static_cast<std::size_t>(in.gcount()));
    if (out.size() > kBodyMax) return too_large;
  }
  return out;
}

bool pass_over_body(Poco::Net::HTTPServerRequest& from) {
  if (!from.hasContentLength() && !from.getChunkedTransferEncoding()) return true;
  std::array<char, 16 * 1024> buffer{};
  std::uint64_t passed = 0;
  std::istream& in = from.stream();
  while (passed <= kPassedOverMax && (in.read(buffer.data(), buffer.size()) || in.gcount() > 0)) {
    passed += static_cast<std::uint64_t>(in.gcount());
  }
  return passed <= kPassedOverMax;
}

ByteSource upload_of(Poco::Net::HTTPServerRequest& from) {
  auto buffer = std::make_shared<std::vector<char>>(kPieceSize);
  return [&from, buffer]() -> std::string_view {
    from.stream().read(buffer->data(), static_cast<std::streamsize>(buffer->size()));
    return {buffer->data(), static_cast<std::size_t>(from.stream().gcount())};
  };
}

void write_response(const Request& request, const Response& response, Poco::Net::HTTPServerRequest& from,
                    Poco::Net::HTTPServerResponse& to, EventFeed* feed) {
  to.setStatusAndReason(static_cast<Poco::Net::HTTPResponse::HTTPStatus>(response.status));
  add_headers(to);
  for (const auto& [name, value] : response.headers) to.set(name, value);
  if (request.path.rfind("/api/", 0) == 0 && !to.has("Cache-Control")) to.set("Cache-Control", "no-store");
  if (response.status != 204) to.setContentType(response.type);
  if (response.stream && feed != nullptr) return hand_over(response, from, to, *feed);
  const std::uint64_t size = response.length ? *response.length
                             : response.file ? response.file->size
                                             : response.body.size();
  if (response.status != 204) to.setContentLength64(static_cast<std::int64_t>(size));
  std::ostream& out = to.send();
  if (request.method == "HEAD" || response.status == 204) return;
  if (response.file) return send_file(*response.file, out);
  out << response.body;
}

}  // namespace depops::hub::api_http
