#include "tests/support/kubernetes/fake_jobs.h"

#include <algorithm>

namespace depops::test {
namespace {

const FakeKind kJobsOfFake{"batch", "v1", "jobs", "Job"};
const FakeKind kPodsOfJobs{"", "v1", "pods", "Pod"};
const char* const kJobController = "job-controller";

std::string place_of(const json::Value& object) {
  return object["metadata"]["namespace"].as_string() + "/" + object["metadata"]["name"].as_string();
}

bool is_of(const json::Value& pod, const json::Value& job) {
  const auto& owners = pod["metadata"]["ownerReferences"].items();
  return !owners.empty() && owners.front()["uid"] == job["metadata"]["uid"];
}

json::Value ended_as(const char* type, const char* reason) {
  json::Value value;
  value.add("type", type).add("status", "True");
  if (*reason != 0) value.add("reason", reason);
  return value;
}

json::Value pod_of_job(const json::Value& job, std::uint64_t number) {
  const json::Value& meta = job["metadata"];
  const json::Value& like = job["spec"]["template"];
  json::Value owner;
  owner.add("apiVersion", "batch/v1").add("kind", "Job").add("name", meta["name"]).add("uid", meta["uid"]);
  owner.add("controller", true);
  json::Value labels = like["metadata"]["labels"].is_object() ? like["metadata"]["labels"] : json::Value::object();
  labels = with(labels, {"job-name"}, meta["name"]);
  json::Value of_pod;
  of_pod.add("name", meta["name"].as_string() + "-" + std::to_string(number)).add("namespace", meta["namespace"]);
  of_pod.add("labels", std::move(labels)).add("creationTimestamp", std::to_string(number));
  of_pod.add("ownerReferences", json::Value::array().push(std::move(owner)));
  json::Value status;
  json::Value pod;
  pod.add("apiVersion", "v1").add("kind", "Pod").add("metadata", std::move(of_pod));
  return pod.add("spec", with(like["spec"], {"nodeName"}, "fake-1")).add("status", status.add("phase", "Pending"));
}

void end_job(FakeObjects& objects, const json::Value& job, json::Value condition) {
  json::Value status;
  status.add("conditions", json::Value::array().push(std::move(condition)));
  json::Value patch;
  (void)objects.merge_patch(kJobsOfFake, place_of(job), patch.add("status", std::move(status)), kJobController);
}

void tend_job(FakeObjects& objects, const json::Value& job) {
  if (!job["status"]["conditions"].items().empty()) return;
  std::int64_t failed = 0;
  bool succeeded = false;
  bool active = false;
  objects.each(kPodsOfJobs, [&](const json::Value& pod) {
    if (!is_of(pod, job)) return;
    const std::string& phase = pod["status"]["phase"].as_string();
    failed += phase == "Failed" ? 1 : 0;
    succeeded = succeeded || phase == "Succeeded";
    active = active || (phase != "Failed" && phase != "Succeeded");
  });
  const json::Value& limit = job["spec"]["backoffLimit"];
  if (succeeded) return end_job(objects, job, ended_as("Complete", ""));
  if (failed > (limit.is_null() ? 6 : limit.as_int()))
    return end_job(objects, job, ended_as("Failed", "BackoffLimitExceeded"));
  if (active) return;
  (void)objects.create(kPodsOfJobs, job["metadata"]["namespace"].as_string(), pod_of_job(job, objects.revision()),
                       kJobController);
}

}  // namespace

void run_jobs(FakeObjects& objects) {
  std::vector<json::Value> jobs;
  objects.each(kJobsOfFake, [&](const json::Value& job) { jobs.push_back(job); });
  for (const json::Value& job : jobs) tend_job(objects, job);
}

}  // namespace depops::test
