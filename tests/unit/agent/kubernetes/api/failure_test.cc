#include "agent/kubernetes/api/failure.h"

#include <catch2/catch.hpp>

using namespace depops;
using namespace depops::agent::kubernetes;

namespace {

const Resource kWeb{ApiGroup("apps"), ApiVersion("v1"), Plural("deployments"), "Deployment", true};
const Asked kRead{"get", kWeb, {Namespace("shop"), ObjectName("web")}};
const Asked kWrite{"patch", kWeb, {Namespace("shop"), ObjectName("web")}};

std::string status(const std::string& reason, const std::string& message, const std::string& details = "{}") {
  return R"({"kind":"Status","apiVersion":"v1","status":"Failure","reason":")" + reason + R"(","message":")" + message +
         R"(","details":)" + details + "}";
}

FailureKind kind(const Asked& asked, int code) { return failure_of(asked, code, "", std::nullopt).kind; }

}  // namespace

TEST_CASE("each status is one kind of failure") {
  CHECK(kind(kRead, 400) == FailureKind::invalid);
  CHECK(kind(kRead, 401) == FailureKind::forbidden);
  CHECK(kind(kRead, 403) == FailureKind::forbidden);
  CHECK(kind(kRead, 404) == FailureKind::not_found);
  CHECK(kind(kWrite, 409) == FailureKind::conflict);
  CHECK(kind(kRead, 410) == FailureKind::gone);
  CHECK(kind(kWrite, 415) == FailureKind::invalid);
  CHECK(kind(kWrite, 422) == FailureKind::invalid);
  CHECK(kind(kWrite, 429) == FailureKind::throttled);
  CHECK(kind(kRead, 500) == FailureKind::unavailable);
  CHECK(kind(kRead, 504) == FailureKind::unavailable);
  CHECK(kind(kWrite, 504) == FailureKind::unanswered);
  CHECK(kind(kWrite, 302) == FailureKind::unavailable);
}

TEST_CASE("what is not there and what is there already are told from all else") {
  CHECK(failure_of(kRead, 404, "", std::nullopt).not_found());
  CHECK_FALSE(failure_of(kRead, 410, "", std::nullopt).not_found());
  CHECK(failure_of(kWrite, 409, status("AlreadyExists", "is there", "{}"), std::nullopt).already_exists());
  CHECK_FALSE(failure_of(kWrite, 409, status("Conflict", "is another", "{}"), std::nullopt).already_exists());
}

TEST_CASE("a write that a server failed at may have happened, one that it refused has not") {
  for (const int code : {500, 502, 504}) CHECK(failure_of(kWrite, code, "", std::nullopt).may_have_happened);
  for (const int code : {400, 403, 409, 422, 429, 503}) {
    CHECK_FALSE(failure_of(kWrite, code, "", std::nullopt).may_have_happened);
  }
  CHECK_FALSE(failure_of(kRead, 500, "", std::nullopt).may_have_happened);
}

TEST_CASE("without an answer a write that was sent is open, one that was not sent and a read are not") {
  CHECK(failure_without_answer(kWrite, true, "late").kind == FailureKind::unanswered);
  CHECK(failure_without_answer(kWrite, true, "late").may_have_happened);
  CHECK(failure_without_answer(kWrite, false, "refused").kind == FailureKind::unavailable);
  CHECK_FALSE(failure_without_answer(kWrite, false, "refused").may_have_happened);
  CHECK(failure_without_answer(kRead, true, "late").kind == FailureKind::unavailable);
}

TEST_CASE("managers are told by name, whatever else the server says about them") {
  const std::string details = R"({"causes":[
    {"reason":"FieldManagerConflict","message":"conflict with \"kubectl\" using apps/v1","field":".spec.replicas"},
    {"reason":"FieldManagerConflict","message":"conflict with \"hpa\" with subresource \"scale\" using v1 at 2026",
     "field":".spec.paused"}]})";
  const auto failure = failure_of(kWrite, 409, status("Conflict", "Apply failed", details), std::nullopt);
  REQUIRE(failure.causes.size() == 2);
  CHECK(failure.causes[0].manager == FieldManager("kubectl"));
  CHECK(failure.causes[1].manager == FieldManager("hpa"));
  CHECK(failure.what.find(".spec.replicas belongs to kubectl") != std::string::npos);
}

TEST_CASE("a patch with tests that is refused without a cause has lost a race; with causes it is wrong") {
  Asked tested = kWrite;
  tested.tests = true;
  const std::string plain = status("Invalid", "the server rejected our request due to an error in our request");
  CHECK(failure_of(tested, 422, plain, std::nullopt).kind == FailureKind::conflict);
  CHECK(failure_of(kWrite, 422, plain, std::nullopt).kind == FailureKind::invalid);
  const std::string causes = R"({"causes":[{"reason":"FieldValueInvalid","message":"-1","field":"spec.replicas"}]})";
  CHECK(failure_of(tested, 422, status("Invalid", "no", causes), std::nullopt).kind == FailureKind::invalid);
}

TEST_CASE("the missing rule is told only where a Role is missing") {
  const auto denied = failure_of(
      kWrite, 403, status("Forbidden", "deployments.apps is forbidden: User cannot patch resource deployments"),
      std::nullopt);
  CHECK(denied.missing_rule == R"(- {apiGroups: ["apps"], resources: ["deployments"], verbs: ["patch"]})");
  const auto quota = failure_of(kWrite, 403, status("Forbidden", "exceeded quota: pods"), std::nullopt);
  CHECK(quota.kind == FailureKind::forbidden);
  CHECK(quota.missing_rule.empty());
}

TEST_CASE("how long to wait comes from the header, or else from the body") {
  const std::string body = status("TooManyRequests", "later", R"({"retryAfterSeconds":7})");
  CHECK(failure_of(kRead, 429, body, std::nullopt).retry_after == Millis(7'000));
  CHECK(failure_of(kRead, 429, body, Millis(2'000)).retry_after == Millis(2'000));
  CHECK_FALSE(failure_of(kRead, 429, "", std::nullopt).retry_after.has_value());
}

TEST_CASE("whatever a server answers, the failure is short and whole") {
  for (const std::string& body :
       {std::string(), std::string("<html>"), std::string("[1,2"), std::string("\"x\""),
        std::string(R"({"kind":"Status","details":7,"message":[]})"), status("x", std::string(1 << 20, 'a'))}) {
    const auto failure = failure_of(kWrite, 500, body, std::nullopt);
    CHECK(failure.kind == FailureKind::unavailable);
    CHECK(failure.what.size() < 3'000);
    CHECK(failure.what.find("patch deployments.apps web in shop") == 0);
  }
}

TEST_CASE("failures fit the words of the agent's ports") {
  CHECK(error_of(failure_of(kWrite, 409, status("AlreadyExists", "there"), std::nullopt)).code == Errc::exists);
  CHECK(error_of(failure_of(kWrite, 409, status("Conflict", "moved"), std::nullopt)).code == Errc::conflict);
  CHECK(error_of(failure_of(kRead, 403, "", std::nullopt)).code == Errc::refused);
  CHECK(error_of(failure_of(kRead, 404, "", std::nullopt)).code == Errc::not_found);
  CHECK(error_of(failure_of(kRead, 429, "", std::nullopt)).code == Errc::unavailable);
  CHECK(error_of(failure_of(kRead, 422, "", std::nullopt)).code == Errc::invalid);
}
