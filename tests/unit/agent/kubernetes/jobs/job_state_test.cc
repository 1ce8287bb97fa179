#include "agent/kubernetes/jobs/job_state.h"

#include <catch2/catch.hpp>

#include "shared/json/parse.h"

using namespace depops;
using namespace depops::agent::kubernetes;

namespace {

json::Value parsed(const std::string& text) {
  auto value = json::parse(text);
  REQUIRE(value.ok());
  return std::move(*value);
}

json::Value job(const std::string& conditions) { return parsed(R"({"status":{"conditions":[)" + conditions + "]}}"); }

std::string condition(const std::string& type, const std::string& reason = "", const std::string& status = "True") {
  return R"({"type":")" + type + R"(","status":")" + status + R"(","reason":")" + reason + "\"}";
}

Object named(const std::string& name, const std::string& created, const std::string& conditions,
             const std::string& service = "checkout") {
  return object_of(parsed(R"({"metadata":{"namespace":"shop","uid":"u","name":")" + name +
                          R"(","creationTimestamp":")" + created + R"(","labels":{"depops.io/service":")" + service +
                          R"("}},"status":{"conditions":[)" + conditions + "]}}"));
}

Object pod(const std::string& name, const std::string& created, const std::string& status) {
  return object_of(parsed(R"({"metadata":{"name":")" + name + R"(","creationTimestamp":")" + created +
                          R"("},"status":)" + status + "}"));
}

std::vector<std::string> names(const std::vector<Object>& objects) {
  std::vector<std::string> found;
  for (const Object& object : objects) found.push_back(object.meta.key.name.str());
  return found;
}

const std::string kFailedPod =
    R"({"phase":"Failed","containerStatuses":[{"name":"web","state":{"terminated":{"exitCode":3,"reason":"Error"}}}]})";
const std::string kPullingPod = R"({"phase":"Pending","containerStatuses":[{"name":"web","image":"registry/web",)"
                                R"("state":{"waiting":{"reason":"ErrImagePull"}}}]})";

}  // namespace

TEST_CASE("job: its conditions say how it stands") {
  CHECK(phase_of(job("")) == JobPhase::running);
  CHECK(phase_of(job(condition("Suspended"))) == JobPhase::running);
  CHECK(phase_of(job(condition("Complete"))) == JobPhase::complete);
  CHECK(phase_of(job(condition("Complete", "", "False"))) == JobPhase::running);
  CHECK(phase_of(job(condition("Failed", "BackoffLimitExceeded"))) == JobPhase::failed);
  CHECK(phase_of(job(condition("Failed", "DeadlineExceeded"))) == JobPhase::out_of_time);
  // Newer servers say it beforehand, while pods still end.
  CHECK(phase_of(job(condition("FailureTarget", "BackoffLimitExceeded"))) == JobPhase::running);
  CHECK(phase_of(job(condition("SuccessCriteriaMet"))) == JobPhase::running);
}

TEST_CASE("job: of its pods one that has failed says most, and of those the newest") {
  const std::vector<Object> pods{pod("a", "2026-01-01T00:00:01Z", kFailedPod),
                                 pod("b", "2026-01-01T00:00:02Z", kFailedPod),
                                 pod("c", "2026-01-01T00:00:03Z", kPullingPod), pod("d", "2026-01-01T00:00:04Z", "{}")};
  CHECK(telling_pod({}) == nullptr);
  CHECK((*telling_pod(pods))["metadata"]["name"].as_string() == "b");
  const PodTold told = told_by(pods.at(1).body);
  CHECK(told.text == "web of b ended by itself with exit 3");
  CHECK(told.voice == Voice{"web", false});
  CHECK_THAT(told_by(pods.at(2).body).text,
             Catch::StartsWith("the image registry/web for web of c can not be fetched"));
  CHECK(told_by(pods.at(3).body).text.empty());
}

TEST_CASE("job: what runs and nobody wants goes, and of what has ended all but the newest of each service") {
  const std::string done = condition("Complete");
  const std::vector<Object> all{named("running", "1", ""),
                                named("wanted", "1", ""),
                                named("old", "1", done),
                                named("older", "0", condition("Failed", "x")),
                                named("newest", "3", done),
                                named("newer", "2", done),
                                named("other", "0", done, "basket"),
                                named("kept", "0", done)};
  CHECK(names(superfluous(all, {ObjectName("wanted"), ObjectName("kept")}, 3)) ==
        std::vector<std::string>{"running", "older"});
  CHECK(names(superfluous(all, {ObjectName("wanted"), ObjectName("running"), ObjectName("kept")}, 9)).empty());
}
