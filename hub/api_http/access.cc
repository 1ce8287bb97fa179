#include "hub/api_http/body.h"
#include "hub/api_http/handlers.h"
#include "hub/api_http/metrics.h"
#include "hub/api_http/openapi.h"
#include "hub/api_http/problem.h"
#include "hub/api_http/text.h"

namespace depops::hub::api_http {
namespace {

constexpr int kCookieSeconds = 12 * 60 * 60;

std::string cookie_text(const std::string& value, int seconds) {
  return std::string(kCookie) + "=" + value + "; Path=/; HttpOnly; SameSite=Strict; Max-Age=" + std::to_string(seconds);
}

json::Value me(const Actor& actor, const char* via, const Backend& backend) {
  json::Value out;
  return out.add("actor", actor.str()).add("via", via).add("hubVersion", backend.version);
}

Response healthy() {
  json::Value out;
  out.add("status", "ok");
  return json_response(200, out);
}

}  // namespace

Response sign_in(const Request& request, const Backend& backend) {
  const auto object = object_of(request.body);
  if (!object) return problem_of(object.error());
  Body body(object.value(), "");
  const std::string code = body.text("code", 200, true);
  if (const auto good = body.finish(); !good) return problem_of(good.error());
  const auto session = backend.credentials.redeem_code(code, backend.clock.now().wall);
  if (!session) return problem(401, "unauthorized", session.error().what);
  json::Value out = me(session.value().actor, "session", backend);
  out.add("expiresAt", time_text(session.value().expires_at));
  return json_response(201, out).with("Set-Cookie", cookie_text(session.value().cookie, kCookieSeconds));
}

Response sign_out(const Request& request, const Backend& backend) {
  if (!request.cookie.empty()) backend.credentials.end_session(request.cookie);
  Response out;
  out.status = 204;
  return out.with("Set-Cookie", cookie_text("", 0));
}

Response create_sign_in_code(const Request&, const Backend& backend) {
  const auto code = backend.credentials.make_code(backend.clock.now().wall);
  if (!code) return problem_of(code.error());
  json::Value out;
  out.add("code", code.value().code).add("expiresAt", time_text(code.value().expires_at));
  return json_response(201, out);
}

Response get_me(const Request& request, const Backend& backend) {
  return json_response(200, me(request.actor, request.by_session ? "session" : "token", backend));
}

Response get_open_api(const Request&, const Backend&) {
  Response out;
  out.type = "application/yaml";
  out.body = openapi_text();
  return out;
}

Response healthz(const Request&, const Backend&) { return healthy(); }

Response readyz(const Request&, const Backend& backend) {
  const std::string why = backend.not_ready();
  return why.empty() ? healthy() : problem(503, "unavailable", why);
}

Response metrics(const Request&, const Backend& backend) {
  Response out;
  out.type = "text/plain; version=0.0.4; charset=utf-8";
  out.body = backend.metrics.text();
  return out;
}

}  // namespace depops::hub::api_http
