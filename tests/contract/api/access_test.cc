#include <catch2/catch.hpp>

#include "hub/api_http/api.h"
#include "shared/json/parse.h"
#include "tests/contract/api/running_hub.h"

using namespace depops;
using namespace depops::tests;

namespace {

std::string filled(std::string path) {
  for (auto from = path.find('{'); from != std::string::npos; from = path.find('{'))
    path.replace(from, path.find('}') - from + 1, "x");
  return path;
}

std::string new_code(RunningHub& hub) {
  return json::parse(hub.call("POST", "/api/v1/sign-in-codes").body).value()["code"].as_string();
}

std::string cookie_of(const HttpAnswer& answer) {
  const std::string& header = answer.header("set-cookie");
  return header.substr(0, header.find(';'));
}

}  // namespace

TEST_CASE("API: without a token every route but the open ones answers 401") {
  RunningHub hub;
  for (const auto& route : hub::api_http::routes()) {
    if (route.access == hub::api_http::Access::open) continue;
    INFO(route.method << " " << route.path);
    for (const Headers& headers :
         {Headers{}, Headers{{"Authorization", "Bearer wrong"}}, Headers{{"Authorization", "Basic " + hub.token()}},
          Headers{{"Cookie", "depops_session=x"}}}) {
      const auto answer = hub.without_token(route.method, filled(route.path), "", headers);
      CHECK(answer.status == 401);
      CHECK(answer.header("www-authenticate") == "Bearer");
    }
  }
  CHECK(hub.without_token("GET", "/healthz").status == 200);
  CHECK(hub.without_token("GET", "/readyz").status == 200);
}

TEST_CASE("API: a sign-in code is swapped once") {
  RunningHub hub;
  const std::string body = R"({"code":")" + new_code(hub) + "\"}";
  const auto first = hub.without_token("POST", "/api/v1/sessions", body);
  REQUIRE(first.status == 201);
  const std::string& cookie = first.header("set-cookie");
  for (const char* part : {"HttpOnly", "SameSite=Strict", "Path=/", "Max-Age="})
    CHECK(cookie.find(part) != std::string::npos);
  const auto second = hub.without_token("POST", "/api/v1/sessions", body);
  CHECK(second.status == 401);
  CHECK(second.header("set-cookie").empty());
  CHECK(hub.without_token("POST", "/api/v1/sessions", R"({"code":"never-made"})").status == 401);
  hub.restart();
  CHECK(hub.without_token("GET", "/api/v1/me", "", {{"Cookie", cookie_of(first)}}).status == 200);
  CHECK(hub.without_token("POST", "/api/v1/sessions", body).status == 401);
}

TEST_CASE("API: a write with the cookie needs our own Origin; the token needs none") {
  RunningHub hub;
  const auto session = hub.without_token("POST", "/api/v1/sessions", R"({"code":")" + new_code(hub) + "\"}");
  const std::string host = "127.0.0.1:" + std::to_string(hub.port());
  const std::string path = "/api/v1/environments";
  const std::string body = environment_body("staging", "staging");
  const auto write = [&](const std::string& origin) {
    Headers headers{{"Cookie", cookie_of(session)}};
    if (!origin.empty()) headers["Origin"] = origin;
    return hub.without_token("POST", path, body, headers);
  };
  for (const char* foreign : {"", "null", "http://evil.example", "http://127.0.0.1"}) {
    INFO("Origin: " << foreign);
    const auto refused = write(foreign);
    CHECK(refused.status == 403);
    CHECK(code_of(refused) == "forbidden");
  }
  CHECK(hub.without_token("GET", path, "", {{"Cookie", cookie_of(session)}}).status == 200);
  CHECK(hub.read(path)["items"].items().empty());
  CHECK(write("http://" + host).status == 201);
  CHECK(hub.call("POST", path, environment_body("production", "production")).status == 201);
}

TEST_CASE("API: a session can not make more sessions, and a new token ends the one before") {
  RunningHub hub;
  const auto session = hub.without_token("POST", "/api/v1/sessions", R"({"code":")" + new_code(hub) + "\"}");
  const Headers as_session{{"Cookie", cookie_of(session)},
                           {"Origin", "http://127.0.0.1:" + std::to_string(hub.port())}};
  CHECK(hub.without_token("POST", "/api/v1/sign-in-codes", "", as_session).status == 403);
  const std::string next = hub.credentials().make_token().value();
  CHECK(hub.call("GET", "/api/v1/me").status == 401);
  CHECK(hub.without_token("GET", "/api/v1/me", "", {{"Authorization", "Bearer " + next}}).status == 200);
}
