#include "tests/e2e/kubernetes/artifact.h"

#include <filesystem>

namespace depops::stage {
namespace {

// What a step may run.
std::string job(const std::string& name) {
  return "apiVersion: batch/v1\nkind: Job\nmetadata: {name: " + name +
         "}\nspec:\n  template:\n    spec:\n      restartPolicy: Never\n"
         "      containers: [{name: run, image: 'registry.test/" +
         name + ":1'}]\n";
}

std::string pack_manifest(Stage& stage, const std::string& label, const std::string& manifest) {
  const std::string tree = stage.folder("artifacts/" + label);
  std::filesystem::create_directories(tree + "/k8s");
  write_file(tree + "/k8s/app.yaml", manifest);
  std::filesystem::create_directories(tree + "/jobs");
  for (const char* name : {"migrate", "smoke"}) write_file(tree + "/jobs/" + name + ".yaml", job(name));
  const std::string file = tree + ".tar";
  const Ran packed = run({{"tar", "--create", "--file", file, "--directory", tree, "k8s", "jobs"},
                          stage.folder("artifacts"),
                          stage.log("tar"),
                          {},
                          {}});
  if (packed.status != 0) throw Trouble("tar refused: " + read_file(stage.log("tar")));
  return file;
}

}  // namespace

std::string deployment_of(const std::string& label, std::uint16_t port, const std::string& error_share) {
  return R"(apiVersion: apps/v1
kind: Deployment
metadata: {name: checkout, labels: {app: checkout}}
spec:
  selector: {matchLabels: {app: checkout}}
  template:
    metadata: {labels: {app: checkout}}
    spec:
      terminationGracePeriodSeconds: 10
      containers:
        - name: web
          image: registry.test/checkout:)" +
         label + R"(
          env:
            - {name: CHECKOUT_VERSION, value: ")" +
         label + R"("}
            - {name: ERROR_SHARE, value: ")" +
         error_share + R"("}
          ports: [{name: web, containerPort: )" +
         std::to_string(port) + R"(}]
          readinessProbe: {httpGet: {path: /ready, port: web}}
          lifecycle: {preStop: {exec: {command: [sleep, "2"]}}}
)";
}

void publish_manifest(Stage& stage, const std::string& label, const std::string& manifest) {
  stage.depops({"publish", kService, label, "--artifact", pack_manifest(stage, label, manifest), "--commit",
                "0123456789abcdef0123456789abcdef01234567", "--committed-at", "2026-11-01T10:00:00Z"});
}

}  // namespace depops::stage
