#pragma once

#include <string>

#include "hub/api_http/event_feed.h"
#include "hub/api_http/request.h"
#include "shared/base/result.h"

namespace Poco::Net {
class HTTPServerRequest;
class HTTPServerResponse;
}  // namespace Poco::Net

// Between the HTTP library and our requests. Internal.
namespace depops::hub::api_http {

inline constexpr std::size_t kBodyMax = 1 << 20;
inline constexpr std::uint64_t kPassedOverMax = 16 << 20;

// Head only: method, path, query, headers, cookie. Error `invalid` for what is no proper target.
Result<Request> read_head(Poco::Net::HTTPServerRequest& from);
// The whole body; `exhausted` above kBodyMax.
Result<std::string> read_body(Poco::Net::HTTPServerRequest& from);
// Reads away what is left of the body, so that it is not taken for the next request. False: there is too much of it,
// and the connection must end.
bool pass_over_body(Poco::Net::HTTPServerRequest& from);
// The body in pieces, for uploads. A client that waits to be asked for it was asked by the library.
ByteSource upload_of(Poco::Net::HTTPServerRequest& from);

// `feed` may be null when no stream can come.
void write_response(const Request& request, const Response& response, Poco::Net::HTTPServerRequest& from,
                    Poco::Net::HTTPServerResponse& to, EventFeed* feed);

}  // namespace depops::hub::api_http
