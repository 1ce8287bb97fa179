#include <catch2/catch.hpp>

#include "hub/api_http/api.h"
#include "hub/api_http/openapi.h"
#include "shared/join/file_request.h"
#include "shared/join/key_words.h"
#include "shared/json/parse.h"
#include "shared/wire/topics.h"
#include "tests/contract/api/running_hub.h"
#include "tests/contract/api/signers.h"

using namespace depops;
using namespace depops::tests;

namespace {

const SiteName kStaging("ams-1");

rollout::WindowJudged measurement(const std::string& rollout) {
  rollout::WindowJudged judged;
  judged.rollout = RolloutId(rollout);
  judged.step = 1;
  judged.measurement.metric = MetricName("errors");
  judged.measurement.outcome = analysis::Outcome::fail;
  judged.measurement.window.canary = {212, 9};
  judged.measurement.window.stable = {1902, 9};
  judged.measurement.value = 731.5;
  judged.measurement.limit = 20;
  judged.measurement.sentence = "canary 9 errors in 212 requests, stable 9 in 1902";
  return judged;
}

std::string state_of(RunningHub& hub, const std::string& deployment) {
  return hub.read("/api/v1/deployments/" + deployment)["state"].as_string();
}

// A deployment in staging that its only site completes.
std::string completed_in_staging(RunningHub& hub, const std::string& version) {
  const std::string id = hub.start(version, "staging");
  hub.report_state(id + ".ams-1", kStaging, rollout::State::completed);
  REQUIRE(wait_for([&] { return state_of(hub, id) == "completed"; }));
  return id;
}

void ask_all_lists(RunningHub& hub) {
  for (const char* path :
       {"/api/v1/environments", "/api/v1/sites", "/api/v1/sites?environment=production&limit=1", "/api/v1/sites/fra-1",
        "/api/v1/services", "/api/v1/services/checkout/versions?limit=1", "/api/v1/pipelines",
        "/api/v1/analysis-templates", "/api/v1/deployments?service=checkout&state=active", "/api/v1/audit?limit=3",
        "/api/v1/dora?service=checkout", "/api/v1/dora?environment=staging", "/api/v1/me"})
    hub.read(path);
  CHECK(hub.call("GET", "/healthz").status == 200);
  CHECK(hub.call("GET", "/readyz").status == 200);
  CHECK(hub.call("GET", "/metrics").body.find("depops_hub_http_requests_total") != std::string::npos);
  CHECK(hub.call("GET", "/api/v1/openapi.yaml").body == hub::api_http::openapi_text());
}

// What is in them: audit_log_test.cc.
void ask_audit_log(RunningHub& hub) {
  hub.sign_log();
  for (const char* path : {"checkpoint", "entries/1/receipt", "tiles/0/0?width=1", "entry-bundles/0?width=1"})
    CHECK(hub.call("GET", std::string("/api/v1/audit/") + path).status == 200);
}

void ask_artifacts(RunningHub& hub) {
  const std::string path = "/api/v1/artifacts/" + hub.upload("some bytes").str();
  CHECK(hub.call("HEAD", path).header("content-length") == "10");
  CHECK(hub.call("GET", path).body == "some bytes");
  const auto part = hub.call("GET", path, "", {{"Range", "bytes=5-"}});
  CHECK(part.status == 206);
  CHECK(part.body == "bytes");
  CHECK(part.header("content-range") == "bytes 5-9/10");
}

// The list says of a deployment what its own page says: readers merge the two by `updatedSeq`.
void check_listed(RunningHub& hub, const std::string& id) {
  const auto listed = hub.read("/api/v1/deployments?limit=1")["items"].items().at(0);
  CHECK(listed["id"].as_string() == id);
  CHECK(listed["updatedSeq"].as_int() == hub.read("/api/v1/deployments/" + id)["updatedSeq"].as_int());
  CHECK(listed["updatedSeq"].as_int() > 0);
}

void sign_in_and_out(RunningHub& hub) {
  const auto code = json::parse(hub.call("POST", "/api/v1/sign-in-codes").body).value()["code"].as_string();
  const auto session = hub.without_token("POST", "/api/v1/sessions", R"({"code":")" + code + "\"}");
  REQUIRE(session.status == 201);
  const std::string cookie = session.header("set-cookie").substr(0, session.header("set-cookie").find(';'));
  const Headers as_session{{"Cookie", cookie}, {"Origin", "http://127.0.0.1:" + std::to_string(hub.port())}};
  CHECK(json::parse(hub.without_token("GET", "/api/v1/me", "", as_session).body).value()["via"].as_string() ==
        "session");
  CHECK(hub.without_token("DELETE", "/api/v1/sessions/current", "", as_session).status == 204);
  CHECK(hub.without_token("GET", "/api/v1/me", "", as_session).status == 401);
}

void ask_scale(RunningHub& hub) {
  const std::string scale = "/api/v1/services/checkout/scale";
  const auto scaled = hub.call("POST", scale, R"({"environment":"staging","replicas":7,"reason":"more traffic"})");
  CHECK(scaled.status == 202);
  CHECK_FALSE(json::parse(scaled.body).value()["commands"].items().empty());
  CHECK(hub.call("POST", scale, R"({"environment":"staging","declared":true})").status == 202);
  for (const char* wrong : {R"({"environment":"staging"})", R"({"environment":"staging","replicas":7,"declared":true})",
                            R"({"environment":"staging","replicas":1001})"}) {
    CHECK(hub.call("POST", scale, wrong).status == 400);
  }
}

void admit_somebody(RunningHub& hub) {
  const auto made = hub.call("POST", "/api/v1/sites/osl-3/join-tokens", R"({"environment":"staging","confirm":true})");
  const join::Request waiting = Applicant("osl-3").ask(json::parse(made.body).value()["token"].as_string());
  CHECK(post_join(hub.join_port(), hub.door().authority(), join::write(waiting)).answer->status == 503);
  const std::string words = join::key_words(waiting.signing_key);
  CHECK(hub.call("POST", "/api/v1/sites/osl-3/admission", R"({"words":")" + words + "\"}").status == 200);
}

void answer_a_file(RunningHub& hub) {
  const auto made = hub.call("POST", "/api/v1/sites/osl-4/join-tokens", R"({"environment":"staging"})");
  const Applicant site("osl-4");
  join::FileRequest request;
  request.site = site.site;
  request.authority = hub.door().authority();
  request.certificate_request = site.certificate_request;
  request.fingerprint = signing::digest_of("machine").str();
  request.signing_key = site.signing.public_key();
  join::prove(request, json::parse(made.body).value()["token"].as_string(), site.signing);
  for (const int status : {201, 200})
    CHECK(hub.call("POST", "/api/v1/sites/osl-4/join-requests", join::write(request)).status == status);
}

void ask_artifacts_trust_and_joining(RunningHub& hub, const std::string& deployment) {
  ask_artifacts(hub);
  CHECK(hub.call("POST", "/api/v1/sites/osl-1/join-tokens", R"({"environment":"staging"})").status == 201);
  CHECK(hub.call("POST", "/api/v1/sites/osl-1/lift", R"({"reason":"the copy was removed"})").status == 200);
  admit_somebody(hub);
  answer_a_file(hub);
  CHECK(hub.call("POST", "/api/v1/sites/osl-1/cordon", R"({"reason":"works"})").status == 200);
  CHECK(hub.call("POST", "/api/v1/sites/osl-1/uncordon", "{}").status == 200);
  CHECK(hub.call("POST", "/api/v1/sites/osl-1/revocation", R"({"reason":"gone"})").status == 200);
  const Signers people;
  CHECK(hub.call("POST", "/api/v1/trust-roots", people.trust_root_body()).status == 201);
  CHECK(hub.read("/api/v1/trust-roots")["items"].items().size() == 1);
  const std::string path = "/api/v1/deployments/" + deployment + "/attestations";
  CHECK(hub.call("POST", path, people.approval(hub, deployment, "ana")).status == 201);
  CHECK(hub.read(path)["items"].items().size() == 1);
}

// A site that says it knows more is set aside until an admin lets the hub go on.
void ask_hub(RunningHub& hub) {
  CHECK(hub.read("/api/v1/hub")["state"].as_string() == "ok");
  CHECK(hub.call("POST", "/api/v1/hub/recover", R"({"reason":"why not"})").status == 409);
  sync::Hello more;
  more.generation = Generation(900);
  hub.say(SiteName("fra-1"), more);
  REQUIRE(wait_for([&] { return !hub.read("/api/v1/hub")["sitesSetAside"].items().empty(); }));
  const auto recovered = hub.call("POST", "/api/v1/hub/recover", R"({"reason":"another hub was here"})");
  CHECK(recovered.status == 200);
  CHECK(json::parse(recovered.body).value()["epoch"].as_int() == 2);
}

// Well now, bad an hour ago, while nobody heard it.
void say_health(RunningHub& hub) {
  sync::Telemetry telemetry{Instant(std::chrono::hours(1)), true, "", {}};
  telemetry.services = {{ServiceName("checkout"), VersionLabel("1.1"), 2, 2, {{VersionLabel("1.1"), 100}}, 1'000, 3}};
  telemetry.past = {{Instant(std::chrono::minutes(1)), Instant(std::chrono::minutes(2)), false, "one was away", {}}};
  telemetry.past[0].services = {{ServiceName("checkout"), 2, 1, 3, 40}};
  telemetry.dropped = 9;
  telemetry.past_dropped = 5;
  telemetry.clock = sync::ClockState{true, Millis(-61'500)};
  hub.say(SiteName("fra-1"), telemetry);
}

void check_health(RunningHub& hub) {
  REQUIRE(wait_for([&] { return !hub.read("/api/v1/sites/fra-1")["services"].items().empty(); }));
  const auto site = hub.read("/api/v1/sites/fra-1");
  CHECK(site["health"].as_string() == "healthy");
  CHECK(site["telemetryDropped"].as_int() == 9);
  CHECK(site["healthHistoryDropped"].as_int() == 5);
  CHECK(site["clock"]["trusted"].as_bool());
  CHECK(site["clock"]["skewSeconds"].as_int() == -61);
  const auto& span = site["healthHistory"].items().at(0);
  CHECK(span["health"].as_string() == "degraded");
  CHECK(span["from"].as_string() == "1970-01-01T00:01:00.000Z");
  CHECK(span["ageMs"].as_int() > 1'000'000'000);
  CHECK(span["services"].items().at(0)["restarts"].as_int() == 3);
}

}  // namespace

TEST_CASE("API: every operation of openapi.yaml answers as it says") {
  RunningHub hub{SitesJoin::yes};
  hub.set_up();
  completed_in_staging(hub, "1.0");
  completed_in_staging(hub, "1.1");
  const auto promoted =
      hub.call("POST", "/api/v1/promotions", R"({"service":"checkout","from":"staging","to":"production"})");
  const auto id = json::parse(promoted.body).value()["deployment"].as_string();
  hub.report_state(id + ".fra-1", SiteName("fra-1"), rollout::State::running);
  hub.report(SiteName("fra-1"), measurement(id + ".fra-1"));
  say_health(hub);
  const std::string path = "/api/v1/deployments/" + id;
  REQUIRE(wait_for([&] { return !hub.read(path)["measurements"].items().empty(); }));
  CHECK(hub.read(path)["measurements"].items()[0]["canary"]["errors"].as_int() == 9);
  check_health(hub);
  ask_all_lists(hub);
  check_listed(hub, id);
  CHECK(hub.read(path + "/events?limit=1").find("nextPageToken") != nullptr);
  const auto paused = hub.call("POST", path + "/actions", R"({"verb":"pause","site":"fra-1","reason":"look"})");
  CHECK(paused.status == 202);
  CHECK(json::parse(paused.body).value()["commands"].items().size() == 1);
  ask_scale(hub);
  ask_artifacts_trust_and_joining(hub, id);
  sign_in_and_out(hub);
  CHECK(hub.call("POST", "/api/v1/rollbacks", R"({"service":"checkout","environment":"staging"})").status == 201);
  ask_hub(hub);
  ask_audit_log(hub);
  Wire stream(hub.port());
  stream.send("GET /api/v1/events?lastEventId=0 HTTP/1.1\r\nAuthorization: Bearer " + hub.token() + "\r\n\r\n");
  stream.read_until([](const std::string& got) { return got.find("event: change") != std::string::npos; });

  std::set<std::string> missing;
  for (const auto& route : hub::api_http::routes())
    if (!RunningHub::operations_answered().contains(route.operation)) missing.insert(route.operation);
  CHECK(missing == std::set<std::string>{"streamEvents"});
}

TEST_CASE("API: a rollback while a deployment is under way starts none, that one goes back") {
  RunningHub hub;
  hub.set_up();
  completed_in_staging(hub, "1.0");
  const std::string id = hub.start("1.1", "staging");
  const std::string body = R"({"service":"checkout","environment":"staging","reason":"3 at night"})";
  const auto back = hub.call("POST", "/api/v1/rollbacks", body);
  REQUIRE(back.status == 201);
  const auto answer = json::parse(back.body).value();
  CHECK(answer["deployment"].as_string() == id);
  CHECK_FALSE(answer["started"].as_bool());
  CHECK(hub.read("/api/v1/deployments/" + id)["state"].as_string() == "rolling_back");
  const auto other =
      hub.call("POST", "/api/v1/rollbacks", R"({"service":"checkout","environment":"staging","to":"0.9"})");
  CHECK(other.status == 409);
  CHECK(code_of(other) == "blocked");
}

TEST_CASE("API: the judge knows every word of the document, and says no") {
  const OpenApi api(hub::api_http::openapi_text());
  CHECK(api.unknown_words() == std::vector<std::string>{});
  const auto wrong = [&](const char* schema, const char* text) {
    return !api.mistakes(schema, json::parse(text).value()).empty();
  };
  CHECK_FALSE(wrong("Weight", R"({"version":"1.0","percent":100})"));
  CHECK(wrong("Weight", R"({"version":"1.0"})"));
  CHECK(wrong("Weight", R"({"version":"1.0","percent":101})"));
  CHECK(wrong("Weight", R"({"version":"1.0","percent":"100"})"));
  CHECK(wrong("Weight", R"({"version":"-1.0","percent":1})"));
  CHECK(wrong("Weight", R"({"version":"1.0","percent":1,"more":1})"));
  CHECK(wrong("Environment", R"({"name":"a","tier":"other","createdAt":"2026-01-01T00:00:00.000Z"})"));
  CHECK(wrong("Environment", R"({"name":"a","tier":"staging","createdAt":"2026-01-01"})"));
  CHECK_FALSE(api.mistakes({"GET", "/api/v1/sites", 204, "", ""}).empty());
  CHECK_FALSE(api.mistakes({"GET", "/api/v1/sites", 200, "text/html", "{}"}).empty());
}

TEST_CASE("API: what was registered and started is there after a restart, and sites are told again") {
  RunningHub hub;
  hub.set_up();
  const std::string id = hub.start("1.0", "staging");
  const auto before = hub.read("/api/v1/deployments/" + id);
  const std::string topic = wire::topic_of(wire::Channel::down_desired, kStaging);
  hub.restart();
  CHECK(hub.read("/api/v1/deployments/" + id) == before);
  CHECK(wait_for([&] { return hub.broker().count_on(topic) > 0; }));
  hub.say(kStaging, sync::Hello{});
  hub.report_state(id + ".ams-1", kStaging, rollout::State::completed);
  CHECK(wait_for([&] { return state_of(hub, id) == "completed"; }));
}

TEST_CASE("API: pages follow each other") {
  RunningHub hub;
  hub.set_up();
  const auto first = hub.read("/api/v1/sites?limit=2");
  REQUIRE(first["items"].items().size() == 2);
  const auto second = hub.read("/api/v1/sites?limit=2&pageToken=" + first["nextPageToken"].as_string());
  REQUIRE(second["items"].items().size() == 1);
  CHECK(second["items"].items()[0]["name"].as_string() == "sin-1");
  CHECK(second.find("nextPageToken") == nullptr);
  CHECK(hub.call("GET", "/api/v1/deployments?pageToken=x").status == 400);
  CHECK(hub.call("GET", "/api/v1/audit?limit=0").status == 400);
}
