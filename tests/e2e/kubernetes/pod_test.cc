#include <algorithm>
#include <catch2/catch.hpp>

#include "tests/e2e/kubernetes/agent_pod.h"

// What users install is what runs here: the agent as a pod of our own manifests.
namespace depops::stage {
namespace {

constexpr Seconds kWithin{120};
const std::string kAgent = "/apis/apps/v1/namespaces/depops/deployments/depops-agent";
const std::string kLease = "/apis/coordination.k8s.io/v1/namespaces/shop/leases/depops-agent";

std::string ended(AgentPod& site, const std::string& id) {
  return site.stage.wait_for_end(id, kWithin)["state"].as_string();
}

void wait_for_pause(AgentPod& site, const std::string& label) {
  wait_until(
      label + " waits with half of the requests", kWithin,
      [&] {
        const json::Value service = site.service();
        return service["target"].as_string() == label && !service["pauses"].items().empty();
      },
      [&] { return site.trouble(); });
}

void first_version(AgentPod& site) {
  site.publish("1.0");
  const std::string id = site.stage.deploy("1.0", "production");
  wait_until(
      "the agent runs", kWithin, [&] { return !site.container_id().empty(); }, [&] { return site.trouble(); });
  INFO(site.trouble());
  CHECK(ended(site, id) == "completed");
  site.start_stream();
}

void check_finds_nothing_wrong(AgentPod& site) {
  const Ran well = site.agent({"check"});
  INFO(well.output);
  CHECK(well.status == 0);
  CHECK(well.output.find("FAILED") == std::string::npos);
  for (const char* line : {"ok      site key: ", "ok      certificate ", "ok      broker: mqtts://",
                           "ok      API server: ", "ok      may create deployments.apps: "})
    CHECK(well.output.find(line) != std::string::npos);
}

// As the kernel has it, not as the manifest asks for it.
void is_confined(AgentPod& site) {
  const Ran process = site.exec({"sh", "-c", "while read -r line; do echo $line; done </proc/1/status"});
  INFO(process.output);
  for (const char* line : {"Name: depops-agent", "Uid: 65532 65532 65532 65532", "Gid: 65532 65532 65532 65532",
                           "CapEff: 0000000000000000", "CapBnd: 0000000000000000", "NoNewPrivs: 1", "Seccomp: 2"})
    CHECK(process.output.find(line) != std::string::npos);
  CHECK(site.exec({"sh", "-c", "echo no >/bin/written"}).status != 0);
  CHECK_THAT(read_file(site.stage.log("exec")), Catch::Contains("/bin/written: Read-only file system"));
  CHECK(site.exec({"sh", "-c", "echo yes >/var/lib/depops/written"}).status == 0);
}

// Of the pod that there is: it is ready, and none but the startup's probes ever failed. (One that came while an earlier
// one still ended may have been started twice: the journal was not free yet.)
void probes_pass(AgentPod& site) {
  wait_until(
      "the agent's pod is ready", kWithin, [&] { return site.container()["ready"].as_bool(); },
      [&] { return site.trouble(); });
  const std::string name = site.pod()["metadata"]["name"].as_string();
  for (const json::Value& event : site.cluster.get("/api/v1/namespaces/depops/events")["items"].items()) {
    if (event["involvedObject"]["name"].as_string() != name) continue;
    CHECK_THAT(event["message"].as_string(),
               !Catch::Contains("Liveness probe failed") && !Catch::Contains("Readiness probe failed"));
  }
}

// The container is killed and then the pod is deleted, in the middle of a rollout. There is no token any more.
void goes_on_after_its_death(AgentPod& site) {
  site.publish("1.1");
  const std::string id = site.stage.deploy("1.1", "production");
  wait_for_pause(site, "1.1");
  probes_pass(site);
  const std::string rollout = site.service()["rollout"].as_string();
  const std::string first = site.container_id();
  site.cluster.containers().kill(first);
  site.wait_until_restarted(first);
  wait_for_pause(site, "1.1");
  CHECK(site.service()["rollout"].as_string() == rollout);
  const std::string second = site.container_id();
  site.cluster.remove("/api/v1/namespaces/depops/pods/" + site.pod()["metadata"]["name"].as_string());
  site.wait_until_restarted(second);
  wait_for_pause(site, "1.1");
  CHECK(site.service()["rollout"].as_string() == rollout);
  CHECK(site.agent({"rollout", "advance", "checkout"}).status == 0);
  CHECK(ended(site, id) == "completed");
  CHECK(site.service()["stable"].as_string() == "1.1");
}

void pods_serve_without_it(AgentPod& site) {
  site.cluster.remove(kAgent);
  wait_until("the agent has given its lease back", kWithin, [&] {
    return site.cluster.get(kLease)["spec"]["holderIdentity"].as_string().empty() && site.pod().is_null();
  });
  const std::size_t before = site.answers_of("1.1");
  wait_until("its version answers", kWithin, [&] { return site.answers_of("1.1") >= before + 100; });
}

}  // namespace

TEST_CASE(
    "manifests: the agent runs as a confined pod, rolls out, outlives its death, and without it the pods serve on",
    "[.][pod]") {
  AgentPod site;
  first_version(site);
  check_finds_nothing_wrong(site);
  site.cluster.remove("/api/v1/namespaces/depops/secrets/depops-join");
  is_confined(site);
  goes_on_after_its_death(site);
  check_finds_nothing_wrong(site);
  probes_pass(site);
  pods_serve_without_it(site);
  CHECK(site.other_answers({"1.0", "1.1"}) == std::vector<std::string>{});
}

}  // namespace depops::stage
