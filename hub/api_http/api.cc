#include "hub/api_http/api.h"

#include <algorithm>

#include "hub/api_http/problem.h"
#include "hub/api_http/text.h"
#include "shared/signing/signing.h"

namespace depops::hub::api_http {
namespace {

bool matches(const std::vector<std::string>& pattern, const std::vector<std::string>& parts,
             std::vector<std::string>& arguments) {
  arguments.clear();
  if (pattern.size() != parts.size()) return false;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (pattern[i].front() == '{') {
      arguments.push_back(parts[i]);
    } else if (pattern[i] != parts[i]) {
      return false;
    }
  }
  return true;
}

bool writes(const Request& request) { return request.method != "GET" && request.method != "HEAD"; }

// A page of another origin can make the browser send the cookie, but not forge this header.
bool same_origin(const Request& request) {
  const std::string& origin = request.header("origin");
  const std::string& host = request.header("host");
  return !host.empty() && (origin == "http://" + host || origin == "https://" + host);
}

std::string bearer(const Request& request) {
  const std::string& header = request.header("authorization");
  return lower(header.substr(0, 7)) == "bearer " ? header.substr(7) : std::string();
}

Response not_signed_in() {
  Response out = problem(401, "unauthorized",
                         "this needs a token (Authorization: Bearer) or a console session; 'depops-hub code' gives a "
                         "sign-in code");
  return out.with("WWW-Authenticate", "Bearer");
}

bool good_key(const std::string& key) {
  const auto printable = [](char letter) { return letter > 32 && letter < 127; };
  return key.empty() || (key.size() >= 8 && key.size() <= 128 && std::all_of(key.begin(), key.end(), printable));
}

}  // namespace

const std::string& Request::header(const std::string& name) const {
  static const std::string none;
  const auto found = headers.find(name);
  return found == headers.end() ? none : found->second;
}

const std::string& Request::parameter(const std::string& name) const {
  static const std::string none;
  const auto found = query.find(name);
  return found == query.end() ? none : found->second;
}

const Route* Api::find(const std::string& method, const std::string& path, std::vector<std::string>& arguments,
                       std::string& allowed) {
  const std::vector<std::string> parts = split(path, '/');
  allowed.clear();
  for (const Route& route : routes()) {
    std::vector<std::string> found;
    if (!matches(split(route.path, '/'), parts, found)) continue;
    allowed += (allowed.empty() ? "" : ", ") + std::string(route.method);
    if (method != route.method) continue;
    arguments = std::move(found);
    return &route;
  }
  return nullptr;
}

std::optional<Response> Api::refuse(const Route& route, Request& request) const {
  if (route.access == Access::open) return {};
  if (const auto holder = backend_.credentials.holder_of_token(bearer(request))) {
    request.actor = *holder;
    return {};
  }
  const auto session = backend_.credentials.session(request.cookie, backend_.clock.now().wall);
  if (!session) return not_signed_in();
  if (route.access == Access::token) return problem(403, "forbidden", "this needs the token; a session is not enough");
  if (writes(request) && !same_origin(request))
    return problem(403, "forbidden",
                   "a write with the session cookie must come from a page of this hub: Origin is '" +
                       request.header("origin").substr(0, 200) + "'");
  request.actor = session->actor;
  request.by_session = true;
  return {};
}

Response Api::answer(const Route& route, Request& request) const {
  if (!good_key(request.header("idempotency-key")))
    return problem(400, "invalid", "Idempotency-Key must have 8 to 128 printable characters without spaces");
  return route.handler(request, backend_);
}

Result<Answer> give(const Request& request, const Backend& backend, depops::hub::Request what, bool dry_run) {
  ApiCommand command;
  command.actor = request.actor;
  command.request_id = request.id;
  command.idempotency_key = request.header("idempotency-key");
  if (!command.idempotency_key.empty())
    command.request_digest = signing::digest_of(request.method + " " + request.path + "\n" +
                                                std::to_string(what.index()) + "\n" + request.body);
  command.request = std::move(what);
  command.dry_run = dry_run;
  return backend.commands.run(std::move(command));
}

}  // namespace depops::hub::api_http
