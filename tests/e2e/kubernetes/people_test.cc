#include <algorithm>
#include <catch2/catch.hpp>

#include "tests/e2e/kubernetes/scene.h"

// What people see and do beside a rollout.
namespace depops::stage {
namespace {

std::string target(const Scene& scene, const std::string& kind) {
  return (kind == "leases" ? "/apis/coordination.k8s.io/v1/namespaces/" : "/apis/depops.io/v1/namespaces/") +
         scene.space + "/" + kind + "/" + (kind == "leases" ? "depops-agent" : kService);
}

bool any_begins(const std::vector<std::string>& lines, const std::string& text) {
  return std::ranges::any_of(lines, [&](const std::string& line) { return line.starts_with(text); });
}

void wait_for_workload(Scene& scene, const std::string& begins) {
  const auto lines = [&] { return scene.cluster.shown("/apis/depops.io/v1", "workloads", scene.space); };
  wait_until(
      "kubectl get workloads shows " + begins, kLong, [&] { return any_begins(lines(), begins); },
      [&] { return lines().back(); });
  CHECK(lines().front() == "NAME VERSION NEXT WEIGHT STATE READY REPLICAS AGE");
}

// "5s Normal RolloutCompleted workload/checkout MESSAGE"; of the Deployment while there is no Workload yet.
void wait_for_event(Scene& scene, const std::string& reason) {
  const std::string words = " " + reason + " ";
  const auto lines = [&] { return scene.cluster.shown("/api/v1", "events", scene.space); };
  const auto says = [&](const std::string& line) { return line.find(words) != std::string::npos; };
  wait_until(
      "kubectl get events shows " + reason, kLong, [&] { return std::ranges::any_of(lines(), says); },
      [&] {
        std::string all;
        for (const std::string& line : lines()) all += line + "\n";
        return all + read_file(scene.stage.log("agent-" + kSite));
      });
}

std::string holder(Scene& scene) {
  return scene.cluster.get(target(scene, "leases"))["spec"]["holderIdentity"].as_string();
}

// As kubectl scale and autoscalers do it.
void size_it(Scene& scene, unsigned pods) {
  scene.cluster.patch(target(scene, "workloads") + "/scale", R"({"spec":{"replicas":)" + std::to_string(pods) + "}}");
  wait_until("the service has the size that its Workload asks for", kLong,
             [&] { return scene.site.status()["size"].as_uint() == pods; });
}

void wait_for_pods(Scene& scene, unsigned pods) {
  wait_until(
      "one version with " + std::to_string(pods) + " pods takes the requests", kLong,
      [&] {
        const json::Value status = scene.site.status();
        return status["sets"].items().size() == 1 && status["sets"].items()[0]["available"].as_uint() == pods;
      },
      [&] { return scene.site.tell_agent("status"); });
}

void show_a_canary(Scene& scene) {
  scene.publish("1.1");
  const std::string id = scene.stage.deploy("1.1", kSite);
  scene.wait_for_share("1.1", 20);
  scene.site.tell_agent("pause");
  wait_for_workload(scene, "checkout 1.0 1.1 20% paused");
  const auto versions = scene.cluster.shown("/apis/apps/v1", "deployments", scene.space, "depops.io/version");
  CHECK(versions.front() == "NAME READY UP-TO-DATE AVAILABLE AGE VERSION");
  for (const char* version : {" 1.0", " 1.1"})
    CHECK(std::ranges::any_of(versions, [&](const std::string& line) { return line.ends_with(version); }));
  size_it(scene, 3);
  scene.site.tell_agent("resume");
  CHECK(scene.ended(id) == "completed");
  wait_for_pods(scene, 3);
}

void start_a_second_agent(Scene& scene) {
  const std::string first = holder(scene);
  scene.stage.depops({"env", "create", "fra-2", "--tier", "production"});
  Site second(scene.stage, "fra-2", "fra-2");
  second.run_on(scene.settings_of(scene.space));
  second.set_up();
  wait_until("the second agent says who acts", kLong, [&] {
    return second.view()["standby"].as_string().find(first + " acts on this cluster") != std::string::npos;
  });
  CHECK_THAT(read_file(scene.stage.log("agent-fra-2")),
             Catch::Contains("event=lease holding=waiting reason=\"" + first + " acts on this cluster"));
  CHECK_THROWS_WITH(second.tell_agent("pause"), Catch::Contains("this agent stands by and does nothing"));
  CHECK_FALSE(read_file(scene.stage.log("agent-fra-2")).find("event=started") != std::string::npos);
  CHECK(holder(scene) == first);
  second.stop_agent();
  CHECK(holder(scene) == first);
}

void end_the_agent(Scene& scene) {
  scene.site.stop_agent();
  CHECK(holder(scene).empty());
  const auto before = scene.cluster.shown("/apis/apps/v1", "deployments", scene.space, "depops.io/version");
  scene.wait_for_answers(200);
  const auto after = scene.cluster.shown("/apis/apps/v1", "deployments", scene.space, "depops.io/version");
  CHECK(before.size() == after.size());
  CHECK(scene.failed_requests({}) == std::vector<std::string>{});
}

// Beside the agent that runs.
void check_the_site(Scene& scene) {
  const std::string settings = scene.site.folder("agent.yaml");
  const Ran well = run({{Stage::binary("depops-agent"), "check", "--config", settings},
                        scene.site.folder("state"),
                        scene.stage.log("check"),
                        {},
                        {}});
  INFO(well.output);
  CHECK(well.status == 0);
  for (const char* line : {"ok      settings: ", "ok      broker: ", "ok      API server: Kubernetes 1.",
                           "ok      may create deployments.apps: ", "ok      HTTPRoute ", "note    trust root: none"})
    CHECK(well.output.find(line) != std::string::npos);
  CHECK(well.output.find("FAILED") == std::string::npos);
  CHECK(well.output.find("Lease depops-agent: held by " + holder(scene)) != std::string::npos);
}

}  // namespace

TEST_CASE("kubectl shows and sizes the service, a second agent only says who acts, and without any the pods serve on") {
  Scene scene(by_route());
  show_a_canary(scene);
  wait_for_workload(scene, "checkout 1.1 completed");
  wait_for_event(scene, "RolloutStarted");
  wait_for_event(scene, "RolloutCompleted");
  size_it(scene, 2);
  wait_for_pods(scene, 2);
  check_the_site(scene);
  start_a_second_agent(scene);
  end_the_agent(scene);
}

TEST_CASE("an agent whose lease is taken away ends in an orderly way, and the pods serve on", "[.][long]") {
  Scene scene(by_route());
  scene.cluster.patch(target(scene, "leases"), R"({"spec":{"holderIdentity":"somebody-else/1"}})");
  CHECK(scene.site.agent().wait_end("the agent ends", kLong) == 1);
  CHECK_THAT(read_file(scene.stage.log("agent-" + kSite)), Catch::Contains("event=lease holding=lost") &&
                                                               Catch::Contains("event=stopping") &&
                                                               Catch::Contains("somebody-else/1 acts on this cluster"));
  CHECK(holder(scene) == "somebody-else/1");
  scene.wait_for_answers(200);
  CHECK(scene.failed_requests({}) == std::vector<std::string>{});
}

}  // namespace depops::stage
