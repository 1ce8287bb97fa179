#include <algorithm>
#include <catch2/catch.hpp>
#include <csignal>

#include "tests/e2e/kubernetes/scene.h"

// Jobs that a rollout runs, and an agent that dies while one does.
namespace depops::stage {
namespace {

using Does = test::FakeNode::Does;

const std::string kMigrate = "registry.test/migrate:1";
const std::string kSmoke = "registry.test/smoke:1";

Way with_jobs() {
  Way way = by_route();
  way.strategy =
      "        canary:\n          stepTimeout: 1m\n          steps:\n            - setWeight: 20\n"
      "            - hook: {name: migrate, job: {manifest: jobs/migrate.yaml}, timeout: 2m}\n"
      "            - analysis: {template: smoke, duration: 2m}\n            - setWeight: 100\n"
      "      rollback: {scope: wave}\n";
  return way;
}

std::vector<json::Value> jobs_of(Scene& scene, const std::string& version) {
  std::vector<json::Value> jobs =
      scene.cluster.get("/apis/batch/v1/namespaces/" + scene.space + "/jobs")["items"].items();
  std::erase_if(jobs, [&](const json::Value& job) {
    return job["metadata"]["labels"]["depops.io/version"].as_string() != version;
  });
  return jobs;
}

std::size_t pods_of(Scene& scene, const std::vector<json::Value>& jobs) {
  std::size_t count = 0;
  for (const json::Value& job : jobs) {
    const std::string selector = "job-name=" + job["metadata"]["name"].as_string();
    const json::Value pods = scene.cluster.get("/api/v1/namespaces/" + scene.space + "/pods?labelSelector=" + selector);
    count += pods["items"].items().size();
  }
  return count;
}

// Version 1.0 is there, whatever it had to run for that.
void jobs_succeed() {
  for (const std::string& image : {kMigrate, kSmoke}) Cluster::get().node().will(image, Does::succeeds);
}

}  // namespace

TEST_CASE("an agent that is killed while a Job runs finds it again, and the rollout goes on with its end",
          "[.][long]") {
  jobs_succeed();
  Scene scene(with_jobs());
  scene.cluster.node().will(kMigrate, Does::image_fails);  // held up until the test says so
  scene.publish("1.1");
  const std::string id = scene.stage.deploy("1.1", kSite);
  wait_until("the Job has its pod", kLong, [&] { return pods_of(scene, jobs_of(scene, "1.1")) > 0; });
  const std::string uid = jobs_of(scene, "1.1").at(0)["metadata"]["uid"].as_string();
  scene.site.agent().signal(SIGKILL);
  scene.site.agent().wait_end("the agent is killed", kLong);
  scene.cluster.node().will(kMigrate, Does::succeeds);
  scene.site.start_agent();
  CHECK(scene.ended(id) == "completed");
  const auto jobs = jobs_of(scene, "1.1");
  CHECK(jobs.size() == 2);  // the migration and the measurement, once each
  CHECK(std::ranges::any_of(jobs, [&](const json::Value& job) { return job["metadata"]["uid"].as_string() == uid; }));
  CHECK(pods_of(scene, jobs) == 2);
  CHECK(scene.failed_requests({}).empty());
}

TEST_CASE("a measurement by a Job that has failed goes back, and what the Job wrote stands in the reason",
          "[.][long]") {
  jobs_succeed();
  Scene scene(with_jobs());
  scene.cluster.node().will(kSmoke, Does::fails);
  scene.cluster.node().writes(kSmoke, "checkout answers 402\n");
  scene.publish("1.1");
  CHECK(scene.ended(scene.stage.deploy("1.1", kSite)) == "rolled_back");
  CHECK_THAT(scene.site.status()["reason"].as_string(), Catch::Contains("the last it wrote: checkout answers 402"));
  CHECK(scene.failed_requests({}).empty());
}

TEST_CASE("a hook whose Job is not in the artifact is refused before anything of the version is in the cluster",
          "[.][long]") {
  Way way = by_route();
  way.strategy =
      "        canary:\n          steps:\n            - setWeight: 20\n"
      "            - hook: {name: migrate, job: {manifest: jobs/migrat.yaml}, timeout: 2m}\n"
      "            - setWeight: 100\n";
  Scene scene(way);
  scene.publish("1.1");
  CHECK(scene.ended(scene.stage.deploy("1.1", kSite)) == "aborted");
  CHECK_THAT(scene.site.status()["reason"].as_string(),
             Catch::Contains("step 2: hook migrate: the artifact holds no jobs/migrat.yaml"));
  CHECK(jobs_of(scene, "1.1").empty());
  const json::Value sets = scene.cluster.get("/apis/apps/v1/namespaces/" + scene.space + "/deployments");
  CHECK(sets["items"].items().size() == 1);
  CHECK(scene.stable() == "1.0");
  CHECK(scene.failed_requests({}).empty());
}

}  // namespace depops::stage
