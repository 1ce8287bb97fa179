#include "agent/kubernetes/manifests/job_objects.h"

#include <catch2/catch.hpp>

#include "agent/kubernetes/manifests/edit.h"
#include "shared/json/write.h"

using namespace depops;
using namespace depops::agent::kubernetes;
using Catch::Contains;

namespace {

const std::string kMigrate = R"(apiVersion: batch/v1
kind: Job
metadata: {name: migrate, labels: {team: payments}}
spec:
  ttlSecondsAfterFinished: 0
  template:
    metadata: {labels: {app: migrate}}
    spec:
      restartPolicy: Never
      containers:
      - name: migrate
        image: registry/web:1.2
        env: [{name: LOG_LEVEL, value: debug}]
        envFrom: [{secretRef: {name: keys}}]
)";
const std::string kVersion =
    "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {a: b}\n"
    "---\napiVersion: v1\nkind: Secret\nmetadata: {name: keys}\nstringData: {token: hush}\n";

const SiteName kSite("fra-1");

Policy shop() {
  Policy value;
  value.space = Namespace("shop");
  return value;
}

rollout::VersionSnapshot version() {
  rollout::VersionSnapshot value;
  value.service = ServiceName("checkout");
  value.label = VersionLabel("1.2");
  value.set = SetId("checkout-3f9a1c22bd01");
  value.artifact = Digest("sha256:" + std::string(64, 'a'));
  value.settings = {{"LOG_LEVEL", "warn"}};
  return value;
}

JobRun run() { return {"d-7.fra-1/1/1", 9, "migrate", Millis(90'000), {{"IDEMPOTENCY_KEY", "d-7.fra-1/1/1"}}}; }

std::vector<ManifestObject> read(const std::string& text) {
  auto objects = read_manifests(text, "jobs/migrate.yaml");
  REQUIRE((objects.ok() ? "" : objects.error().what) == std::string());
  return *objects;
}

JobObjects made(const std::string& text = kMigrate, const JobRun& of = run()) {
  auto objects = job_objects(read(text), read(kVersion), version(), of, kSite, shop());
  REQUIRE((objects.ok() ? "" : objects.error().what) == std::string());
  return *objects;
}

std::string job_refusal(const std::string& text, const Policy& policy = shop()) {
  const auto objects = job_objects(read(text), read(kVersion), version(), run(), kSite, policy);
  return objects.ok() ? "" : objects.error().what;
}

std::string with_line(const std::string& after, const std::string& line) {
  std::string text = kMigrate;
  return text.insert(text.find(after) + after.size(), line);
}

}  // namespace

TEST_CASE("job: it is named by its run, within what its pods can be labelled with") {
  const ServiceName service("checkout");
  const std::string name = job_name(kSite, service, run());
  CHECK_THAT(name, Catch::StartsWith("checkout-migrate-"));
  CHECK(name == job_name(kSite, service, run()));
  JobRun other = run();
  other.order = 10;
  CHECK(name != job_name(kSite, service, other));
  other = run();
  other.key = "d-7.fra-1/1/2";
  CHECK(name != job_name(kSite, service, other));
  CHECK(name != job_name(SiteName("fra-2"), service, run()));
  other.what = std::string(80, 'a') + "_B";
  CHECK(job_name(kSite, service, other).size() <= 63);
  other.what = "Db_Check.";
  CHECK_THAT(job_name(kSite, service, other), Catch::StartsWith("checkout-db-check-"));
}

TEST_CASE("job: it says whose it is, has a limit and one attempt, and stays until its end was seen") {
  const json::Value job = made().job;
  const json::Value& meta = job["metadata"];
  CHECK(meta["name"].as_string() == job_name(kSite, ServiceName("checkout"), run()));
  CHECK(meta["namespace"].as_string() == "shop");
  CHECK(meta["labels"]["depops.io/site"].as_string() == "fra-1");
  CHECK(meta["labels"]["depops.io/job"].as_string() == "hook");
  CHECK(meta["labels"]["team"].as_string() == "payments");
  CHECK(meta["annotations"]["depops.io/run"].as_string() == "d-7.fra-1/1/1");
  CHECK(job["spec"]["activeDeadlineSeconds"].as_int() == 100);
  CHECK(job["spec"]["backoffLimit"].as_int() == 0);
  CHECK(job["spec"]["ttlSecondsAfterFinished"].is_null());
  JobRun measurement = run();
  measurement.order = 0;
  CHECK(made(kMigrate, measurement).job["metadata"]["labels"]["depops.io/job"].as_string() == "measurement");
}

TEST_CASE("job: its pods are none of a version's, and know the settings and which run they are") {
  const json::Value job = made().job;
  const json::Value& pod = job["spec"]["template"];
  CHECK(json::write(pod["metadata"]["labels"]) == R"({"app":"migrate"})");
  const json::Value& container = pod["spec"]["containers"].items().at(0);
  CHECK(json::write(container["env"]) ==
        R"([{"name":"IDEMPOTENCY_KEY","value":"d-7.fra-1/1/1"},{"name":"LOG_LEVEL","value":"warn"}])");
}

TEST_CASE("job: what it says about attempts and a shorter limit holds, a longer one does not") {
  const json::Value job = made(with_line("spec:\n", "  backoffLimit: 4\n  activeDeadlineSeconds: 30\n")).job;
  CHECK(job["spec"]["backoffLimit"].as_int() == 4);
  CHECK(job["spec"]["activeDeadlineSeconds"].as_int() == 30);
  const json::Value longer = made(with_line("spec:\n", "  activeDeadlineSeconds: 3000\n")).job;
  CHECK(longer["spec"]["activeDeadlineSeconds"].as_int() == 100);
}

TEST_CASE("job: what its pods refer to is its own, and nothing else of the version is made for it") {
  const JobObjects objects = made();
  REQUIRE(objects.attachments.size() == 1);
  const json::Value& keys = objects.attachments.at(0);
  CHECK(keys["kind"].as_string() == "Secret");
  const std::string& name = keys["metadata"]["name"].as_string();
  const json::Value& container = at(objects.job, {"spec", "template", "spec", "containers"}).items().at(0);
  CHECK(container["envFrom"].items().at(0)["secretRef"]["name"].as_string() == name);
  JobRun other = run();
  other.order = 10;
  CHECK(made(kMigrate, other).attachments.at(0)["metadata"]["name"].as_string() != name);
}

TEST_CASE("job: the same run is the same site, key and content") {
  const json::Value job = made().job;
  CHECK(is_same_run(job, job));
  for (const Way& way : {Way{"metadata", "labels", "depops.io/site"}, Way{"metadata", "annotations", "depops.io/run"},
                         Way{"metadata", "annotations", "depops.io/content"}}) {
    CHECK_FALSE(is_same_run(with(job, way, "other"), job));
    CHECK_FALSE(is_same_run(without(job, way), job));
  }
}

TEST_CASE("job: what is no Job, or one that nobody could wait for, is refused with place and remedy") {
  CHECK_THAT(job_refusal(kVersion), Contains("jobs/migrate.yaml:1: ConfigMap settings: kind: ConfigMap is no Job"));
  CHECK_THAT(job_refusal(kMigrate + "---\n" + kVersion), Contains("stands beside a Job"));
  CHECK_THAT(job_refusal("# nothing\n"), Contains("holds no Job"));
  CHECK_THAT(job_refusal(with_line("spec:\n", "  suspend: true\n")), Contains("spec.suspend"));
  CHECK_THAT(job_refusal(with_line("labels: {app: migrate", ", depops.io/set: checkout-3f9a1c22bd01")),
             Contains("depops.io/set is DepOps' own"));
  CHECK_THAT(job_refusal(with_line("name: migrate, ", "namespace: other, ")), Contains("runs versions in 'shop'"));
  CHECK_THAT(job_refusal(with_line("image: registry/web:1.2\n", "        securityContext: {privileged: true}\n")),
             Contains("a privileged container is not allowed at this site"));
  Policy strict = shop();
  strict.kinds = {"Deployment"};
  CHECK_THAT(job_refusal(kMigrate, strict), Contains("runtime.kubernetes.kinds"));
  Policy open = shop();
  open.privileged = true;
  CHECK(job_refusal(with_line("image: registry/web:1.2\n", "        securityContext: {privileged: true}\n"), open)
            .empty());
}

TEST_CASE("job: among the manifests of a version it is refused, and where it belongs is said") {
  const auto objects = read(kMigrate);
  const auto checked = check_policy(objects.at(0), shop());
  REQUIRE_FALSE(checked.ok());
  CHECK_THAT(checked.error().what, Contains("Job is no part of a version") && Contains("job: {manifest: FILE}"));
}
