#include <catch2/catch.hpp>

#include "hub/api_http/metrics.h"
#include "shared/json/parse.h"
#include "shared/wire/documents.h"
#include "shared/wire/topics.h"
#include "tests/contract/api/running_hub.h"

using namespace depops;
using namespace depops::tests;

namespace {

void check_problem(const HttpAnswer& answer, int status, const std::string& code, const std::string& says) {
  INFO(answer.body);
  CHECK(answer.status == status);
  CHECK(code_of(answer) == code);
  CHECK(answer.body.find(says) != std::string::npos);
}

std::string start_body(const std::string& service, const std::string& version, const std::string& environment) {
  return R"({"service":")" + service + R"(","version":")" + version + R"(","environment":")" + environment + "\"}";
}

}  // namespace

TEST_CASE("API: what is not there is named, with the remedy") {
  RunningHub hub;
  hub.set_up();
  const std::string deployments = "/api/v1/deployments";
  check_problem(hub.call("POST", deployments, start_body("payments", "1.0", "staging")), 404, "not-found",
                "depops apply");
  check_problem(hub.call("POST", deployments, start_body("checkout", "9.9", "staging")), 404, "not-found",
                "never published");
  check_problem(hub.call("POST", deployments, start_body("checkout", "1.0", "moon")), 404, "not-found", "moon");
  check_problem(hub.call("GET", "/api/v1/sites/nowhere"), 404, "not-found", "depops site create");
  check_problem(hub.call("GET", deployments + "/d-99"), 404, "not-found", "depops get deployments");
  check_problem(hub.call("POST", "/api/v1/sites", R"({"name":"x-1","environment":"moon"})"), 404, "not-found",
                "depops env create");
  const std::string absent(64, 'a');
  check_problem(hub.call("POST", "/api/v1/services/checkout/versions",
                         R"({"label":"2","artifact":"sha256:)" + absent +
                             R"(","commit":"abcdef0","committedAt":"2026-11-01T10:00:00Z"})"),
                404, "not-found", "upload it first");
  check_problem(hub.call("GET", "/api/v1/nothing"), 404, "not-found", "nothing");
  const auto wrong_method = hub.call("PATCH", "/api/v1/sites");
  check_problem(wrong_method, 405, "method-not-allowed", "GET, POST");
  CHECK(wrong_method.header("allow") == "GET, POST");
}

TEST_CASE("API: bodies are read strictly, with the place of the mistake") {
  RunningHub hub;
  const std::string path = "/api/v1/environments";
  check_problem(hub.call("POST", path, R"({"name":"a","name":"b","tier":"staging"})"), 400, "invalid", "twice");
  check_problem(hub.call("POST", path, R"({"name":"a","tier":"staging","color":1})"), 400, "invalid", "/color");
  check_problem(hub.call("POST", path, R"({"name":"A B","tier":"staging"})"), 400, "invalid", "/name");
  check_problem(hub.call("POST", path, R"({"name":"a","tier":"moon"})"), 400, "invalid", "/tier");
  check_problem(hub.call("POST", path, R"({"name":"a"})"), 400, "invalid", "/tier is missing");
  check_problem(hub.call("POST", path, R"({"name":1,"tier":"staging"})"), 400, "invalid", "/name");
  check_problem(hub.call("POST", path, "[]"), 400, "invalid", "JSON object");
  check_problem(hub.call("POST", path, "{"), 400, "invalid", "in the body");
  check_problem(hub.call("POST", path, ""), 400, "invalid", "in the body");
  CHECK(hub.read(path)["items"].items().empty());
  const std::string deep(100'000, '[');
  check_problem(hub.call("POST", path, deep), 400, "invalid", "in the body");
}

TEST_CASE("API: a body above the cap is refused with 413, announced or not") {
  RunningHub hub;
  const std::string large = R"({"name":")" + std::string(2 << 20, 'a') + "\"}";
  check_problem(hub.call("POST", "/api/v1/environments", large), 413, "too-large", "1048576");
  std::string chunked = "POST /api/v1/environments HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer " +
                        hub.token() + "\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (int i = 0; i < 33; ++i) chunked += "10000\r\n" + std::string(0x10000, 'a') + "\r\n";
  check_problem(exchange(hub.port(), chunked + "0\r\n\r\n"), 413, "too-large", "1048576");
}

TEST_CASE("API: what is there already is a conflict unless it is the same") {
  RunningHub hub;
  hub.set_up();
  CHECK(hub.call("POST", "/api/v1/environments", environment_body("staging", "staging")).status == 200);
  check_problem(hub.call("POST", "/api/v1/environments", environment_body("staging", "production")), 409, "exists",
                "staging");
  check_problem(hub.call("POST", "/api/v1/sites", R"({"name":"fra-1","environment":"staging"})"), 409, "exists",
                "never moves");
}

TEST_CASE("API: a second deployment of the service to the site is blocked, with the reason as data") {
  RunningHub hub;
  hub.set_up();
  const std::string id = hub.start("1.0", "staging");
  const auto blocked = hub.call("POST", "/api/v1/deployments", start_body("checkout", "1.1", "staging"));
  check_problem(blocked, 409, "blocked", id);
  const auto body = json::parse(blocked.body).value();
  REQUIRE(body["reasons"].items().size() == 1);
  CHECK_FALSE(body["reasons"].items()[0]["rule"].as_string().empty());
  check_problem(hub.call("POST", "/api/v1/deployments", start_body("checkout", "1.0", "production")), 409, "blocked",
                "staging");
}

TEST_CASE("API: Idempotency-Key gives the first answer again and is refused for another request") {
  RunningHub hub;
  hub.set_up();
  const Headers key{{"Idempotency-Key", "key-0001"}};
  const std::string body = start_body("checkout", "1.0", "staging");
  const auto first = hub.call("POST", "/api/v1/deployments", body, key);
  REQUIRE(first.status == 201);
  CHECK(hub.call("POST", "/api/v1/deployments", body, key).body == first.body);
  check_problem(hub.call("POST", "/api/v1/deployments", start_body("checkout", "1.1", "staging"), key), 409, "conflict",
                "Idempotency-Key");
  hub.restart();
  CHECK(hub.call("POST", "/api/v1/deployments", body, key).body == first.body);
  CHECK(hub.read("/api/v1/deployments")["items"].items().size() == 1);
  check_problem(hub.call("POST", "/api/v1/deployments", body, {{"Idempotency-Key", "short"}}), 400, "invalid",
                "Idempotency-Key");
}

TEST_CASE("API: targets and headers that are not well formed are answered, not obeyed") {
  RunningHub hub;
  const auto ask = [&](const std::string& target) {
    return exchange(hub.port(), "GET " + target +
                                    " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer " +
                                    hub.token() + "\r\n\r\n");
  };
  CHECK(ask("/api/v1/sites?limit=1&limit=2").status == 400);
  CHECK(ask("/api/v1/sites?limit=x").status == 400);
  CHECK(ask("/api/v1/sites/%ff%00").status >= 400);
  CHECK(ask("/../etc/passwd").status == 404);
  CHECK(ask("/%2e%2e/%2e%2e/etc/passwd").status == 404);
  CHECK(ask("nonsense").status == 400);
}

TEST_CASE("API: a frame with a bad signature is dropped, counted and audited") {
  RunningHub hub;
  hub.set_up();
  const SiteName fra("fra-1");
  const std::string topic = wire::topic_of(wire::Channel::up_events, fra);
  REQUIRE(hub.take({topic, "no frame at all", false, 1}));
  REQUIRE(hub.take({topic, hub.sealed(SiteName("sin-1"), "another site's key"), false, 1}));
  const std::string audit = "/api/v1/audit?object=site/fra-1&action=site.bad_frame";
  REQUIRE(wait_for([&] { return hub.read(audit)["items"].items().size() == 2; }));
  CHECK(hub.read(audit)["items"].items()[0]["reason"].as_string().find("2 so far") != std::string::npos);
  CHECK(hub.metrics().text().find("depops_hub_frames_total{outcome=\"refused\"} 2") != std::string::npos);
  REQUIRE(hub.take({wire::topic_of(wire::Channel::up_events, SiteName("unknown-1")), "x", false, 1}));
  CHECK(wait_for([&] { return hub.metrics().text().find("{outcome=\"unknown_site\"} 1") != std::string::npos; }));
}

TEST_CASE("API: audit of one site is what was written there, not what the hub wrote about it") {
  RunningHub hub;
  hub.set_up();
  const audit::Leaf leaf{{}, Actor("local:root"), "rollout.abort", "rollout/d-1.fra-1", "",
                         "", "by hand",           "command c-1"};
  hub.say(SiteName("fra-1"), sync::Run{sync::Stream::audit, Sequence(1), {wire::encode_leaf(leaf)}});
  const std::string of_site = "/api/v1/audit?site=fra-1";
  REQUIRE(wait_for([&] { return hub.read(of_site)["items"].items().size() == 1; }));
  CHECK(hub.read(of_site)["items"].items()[0]["actor"].as_string() == "local:root");
  CHECK(hub.read("/api/v1/audit?site=sin-1")["items"].items().empty());
  CHECK_FALSE(hub.read("/api/v1/audit?object=site/fra-1")["items"].items().empty());
}

TEST_CASE("API: a file with one refused document changes nothing, and says the line") {
  RunningHub hub;
  hub.set_up();
  std::string pipeline = pipeline_text();
  pipeline.insert(pipeline.find("      promote:"), "      approvals: [{groups: [cab]}]\n");
  std::string analysis = template_text();
  analysis.replace(analysis.find("minRequests: 100"), 16, "minRequests: 200");
  const auto before = hub.read("/api/v1/analysis-templates");
  const auto refused = hub.call("PUT", "/api/v1/documents", analysis + "---\n" + pipeline);
  INFO(refused.body);
  CHECK(refused.status == 422);
  CHECK(refused.body.find("line ") != std::string::npos);
  CHECK(hub.read("/api/v1/analysis-templates") == before);
  const auto typo = hub.call("PUT", "/api/v1/documents", "apiVersion: depops/v1\nkind: Pipeline\nmetadata: {nam: x}\n");
  check_problem(typo, 422, "invalid", "body:3:");
  const auto dry = hub.call("PUT", "/api/v1/documents?dryRun=true", analysis);
  CHECK(dry.body.find("changed") != std::string::npos);
  CHECK(hub.read("/api/v1/analysis-templates") == before);
  check_problem(hub.call("POST", "/api/v1/promotions", R"({"service":"checkout","from":"qa","to":"production"})"), 409,
                "refused", "not from qa");
}
