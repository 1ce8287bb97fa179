#include "agent/kubernetes/manifests/version_objects.h"

#include <catch2/catch.hpp>

#include "agent/kubernetes/manifests/edit.h"
#include "shared/json/write.h"
#include "shared/rollout/companions.h"

using namespace depops;
using namespace depops::agent::kubernetes;

namespace {

const std::string kDeployment = R"(apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  labels: {app: web}
  annotations: {team: payments, kubectl.kubernetes.io/last-applied-configuration: "{}"}
  resourceVersion: "7"
spec:
  replicas: 5
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      imagePullSecrets: [{name: pull}]
      containers:
      - name: web
        image: registry/web:1.2
        ports: [{containerPort: 8080}]
        env:
        - {name: LOG_LEVEL, value: debug}
        - {name: TOKEN, valueFrom: {secretKeyRef: {name: keys, key: token}}}
        envFrom: [{configMapRef: {name: settings}}, {configMapRef: {name: of-others}}]
      volumes:
      - {name: a, configMap: {name: settings}}
      - {name: b, secret: {secretName: keys}}
      - {name: c, projected: {sources: [{secret: {name: keys}}, {configMap: {name: settings}}]}}
)";
const std::string kAttachments =
    "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {a: b}\n"
    "---\napiVersion: v1\nkind: Secret\nmetadata: {name: keys}\nstringData: {token: hush}\n";

Policy policy() {
  Policy value;
  value.space = Namespace("shop");
  return value;
}

rollout::VersionSnapshot snapshot(const std::string& digits = "3f9a1c22bd01") {
  rollout::VersionSnapshot value;
  value.service = ServiceName("checkout");
  value.environment = EnvironmentName("production");
  value.label = VersionLabel("1.2+build.7");
  value.set = SetId("checkout-" + digits);
  value.artifact = Digest("sha256:" + std::string(64, 'a'));
  value.settings = {{"LOG_LEVEL", "warn"}, {"REGION", "eu"}};
  value.manifests = rollout::Manifests{{"k8s/"}};
  return value;
}

Result<VersionObjects> objects_of(const std::string& text, const rollout::VersionSnapshot& of = snapshot(),
                                  const Policy& under = policy()) {
  auto read = read_manifests(text, "k8s/app.yaml");
  REQUIRE((read.ok() ? "" : read.error().what) == std::string());
  return version_objects(*read, of, SiteName("fra-1"), under);
}

std::string refusal(const std::string& text, const Policy& under = policy()) {
  const auto made = objects_of(text, snapshot(), under);
  return made.ok() ? "taken" : made.error().what;
}

std::string replaced(std::string text, const std::string& what, const std::string& with) {
  const auto found = text.find(what);
  REQUIRE(found != std::string::npos);
  return text.replace(found, what.size(), with);
}

}  // namespace

TEST_CASE("a version's Deployment is the user's, named and labelled as the set, without instances") {
  const auto made = objects_of(kDeployment);
  REQUIRE(made.ok());
  const json::Value& body = made->workload;
  CHECK(body["metadata"]["name"].as_string() == "checkout-3f9a1c22bd01");
  CHECK(body["metadata"]["namespace"].as_string() == "shop");
  CHECK(body["metadata"]["labels"]["app"].as_string() == "web");
  CHECK(body["metadata"]["labels"]["depops.io/site"].as_string() == "fra-1");
  CHECK(body["metadata"]["labels"]["depops.io/version"].as_string() == "1.2_build.7");
  CHECK(body["metadata"]["annotations"]["depops.io/version"].as_string() == "1.2+build.7");
  CHECK(body["metadata"]["annotations"]["team"].as_string() == "payments");
  CHECK(body["metadata"]["annotations"].members().size() == 4);
  CHECK(body["metadata"]["resourceVersion"].is_null());
  CHECK(body["spec"]["replicas"] == json::Value(0));
  CHECK(json::write(body["spec"]["selector"]) ==
        R"({"matchLabels":{"app":"web","depops.io/set":"checkout-3f9a1c22bd01"}})");
  const json::Value& pod = body["spec"]["template"];
  CHECK(pod["metadata"]["labels"]["app"].as_string() == "web");
  CHECK(pod["metadata"]["labels"]["depops.io/service"].as_string() == "checkout");
  CHECK(pod["metadata"]["labels"]["depops.io/set"].as_string() == "checkout-3f9a1c22bd01");
  CHECK(pod["metadata"]["annotations"]["depops.io/port"].as_string() == "8080");
}

TEST_CASE("settings of the environment are variables of each container, in the place of those of the same name") {
  const auto made = objects_of(kDeployment);
  REQUIRE(made.ok());
  const json::Value& container = at(made->workload, {"spec", "template", "spec", "containers"}).items().at(0);
  CHECK(json::write(container["env"]) ==
        R"([{"name":"TOKEN","valueFrom":{"secretKeyRef":{"name":"keys","key":"token"}}},)"
        R"({"name":"LOG_LEVEL","value":"warn"},{"name":"REGION","value":"eu"}])");
}

TEST_CASE("ConfigMaps and Secrets are named by content and set, immutable, and every reference follows") {
  const auto made = objects_of(kDeployment + kAttachments);
  REQUIRE(made.ok());
  REQUIRE(made->attachments.size() == 2);
  const std::string map = made->attachments[0]["metadata"]["name"].as_string();
  const std::string secret = made->attachments[1]["metadata"]["name"].as_string();
  CHECK(map.substr(0, 9) == "settings-");
  CHECK(map.size() == 19);
  CHECK(made->attachments[0]["immutable"].as_bool());
  CHECK(made->attachments[1]["stringData"]["token"].as_string() == "hush");
  const std::string pod = json::write(made->workload["spec"]["template"]["spec"]);
  const auto count = [&pod](const std::string& text) {
    std::size_t found = 0;
    for (std::size_t from = 0; (from = pod.find(text, from)) != std::string::npos; ++from) ++found;
    return found;
  };
  CHECK(count("\"" + map + "\"") == 3);
  CHECK(count("\"" + secret + "\"") == 3);
  CHECK(count("\"settings\"") == 0);
  CHECK(count("\"of-others\"") == 1);
  CHECK(count("\"pull\"") == 1);
  const auto again = objects_of(kDeployment + kAttachments);
  CHECK(again->attachments == made->attachments);
  const auto changed = objects_of(kDeployment + replaced(kAttachments, "a: b", "a: c"));
  CHECK(changed->attachments[0]["metadata"]["name"].as_string() != map);
  const auto other = objects_of(kDeployment + kAttachments, snapshot("000000000000"));
  CHECK(other->attachments[0]["metadata"]["name"].as_string() != map);
}

TEST_CASE("a version has exactly one Deployment, and nothing twice") {
  CHECK(refusal(kAttachments) == "the manifests hold no Deployment, StatefulSet or DaemonSet; a version needs one");
  CHECK(refusal(kDeployment + "---\n" + replaced(kDeployment, "name: web", "name: worker")).find("second workload") !=
        std::string::npos);
  CHECK(refusal(kDeployment + kAttachments + kAttachments).find("stands twice") != std::string::npos);
}

TEST_CASE("each program of a version has the Deployment of its name, and the own one is that which is no companion") {
  const std::string worker =
      "---\n" + replaced(replaced(kDeployment, "name: web", "name: worker"), "registry/web", "registry/worker");
  auto of = snapshot();
  of.companions["worker"] = {};
  const auto own = objects_of(kDeployment + worker, of);
  REQUIRE((own.ok() ? "" : own.error().what) == std::string());
  CHECK(own->workload["metadata"]["name"].as_string() == "checkout-3f9a1c22bd01");
  CHECK(json::write(own->workload).find("registry/worker") == std::string::npos);
  CHECK(own->workload["metadata"]["labels"]["depops.io/companion"].is_null());
  const auto beside = objects_of(kDeployment + worker, rollout::companion_of(of, "worker"));
  REQUIRE((beside.ok() ? "" : beside.error().what) == std::string());
  CHECK(beside->workload["metadata"]["name"].as_string() == "checkout-3f9a1c22bd01-worker");
  const json::Value& labels = beside->workload["spec"]["template"]["metadata"]["labels"];
  CHECK(labels["depops.io/companion"].as_string() == "worker");
  CHECK(labels["depops.io/service"].as_string() == "checkout");
  CHECK(labels["depops.io/set"].as_string() == "checkout-3f9a1c22bd01-worker");
  CHECK(json::write(beside->workload).find("registry/worker:1.2") != std::string::npos);
  of.companions["scheduler"] = {};
  CHECK(objects_of(kDeployment + worker, of).error().what ==
        "spec.companions names scheduler, and the manifests hold no Deployment of that name");
  of.companions.erase("scheduler");
  CHECK(objects_of(worker, of).error().what.find("one that is none of them takes the requests") != std::string::npos);
}

TEST_CASE("a service whose name does not fit into a label is refused") {
  const auto made = objects_of(kDeployment, [] {
    auto value = snapshot();
    value.set = SetId(std::string(52, 'a') + "-3f9a1c22bd01");
    return value;
  }());
  REQUIRE_FALSE(made.ok());
  CHECK(made.error().what.find("at most 50 characters") != std::string::npos);
}

TEST_CASE("what the site's policy does not allow is named with file, object, field and remedy") {
  const std::string pod = "    spec:\n";
  const std::string image = "        image: registry/web:1.2\n";
  const std::tuple<std::string, const char*, bool Policy::*> rows[] = {
      {replaced(kDeployment, pod, pod + "      hostNetwork: true\n"), "spec.template.spec.hostNetwork",
       &Policy::host_network},
      {replaced(kDeployment, pod, pod + "      hostPID: true\n"), "spec.template.spec.hostPID",
       &Policy::host_processes},
      {replaced(kDeployment, "configMap: {name: settings}}\n", "hostPath: {path: /}}\n"), "volumes[0]",
       &Policy::host_path},
      {replaced(kDeployment, image, image + "        securityContext: {privileged: true}\n"),
       "containers[0].securityContext.privileged", &Policy::privileged},
      {replaced(kDeployment, image, image + "        securityContext: {capabilities: {add: [SYS_ADMIN]}}\n"),
       "capabilities.add: SYS_ADMIN", &Policy::privileged},
      {replaced(kDeployment, "containerPort: 8080", "containerPort: 8080, hostPort: 80"), "ports.hostPort",
       &Policy::host_network},
      {replaced(
           kDeployment, "      containers:\n",
           "      initContainers: [{name: i, image: i, securityContext: {privileged: true}}]\n      containers:\n"),
       "initContainers[0].securityContext.privileged", &Policy::privileged}};
  for (const auto& [text, field, allowance] : rows) {
    CAPTURE(field);
    const std::string said = refusal(text);
    CHECK(said.find("k8s/app.yaml:1: Deployment web: ") == 0);
    CHECK(said.find(field) != std::string::npos);
    CHECK(said.find("runtime.kubernetes.allow: [") != std::string::npos);
    Policy wide = policy();
    wide.*allowance = true;
    CHECK(refusal(text, wide) == "taken");
  }
}

TEST_CASE("kinds, versions and namespaces that are not for versions are refused") {
  const std::string service = "---\napiVersion: v1\nkind: Service\nmetadata: {name: web}\n";
  CHECK(refusal(kDeployment + service).find("Service web: kind: Service is nothing that a version may bring") !=
        std::string::npos);
  Policy narrow = policy();
  narrow.kinds.erase("Secret");
  CHECK(refusal(kDeployment + kAttachments, narrow).find("Secret keys: kind:") != std::string::npos);
  CHECK(refusal(replaced(kDeployment, "apps/v1", "apps/v1beta1")).find("write apps/v1") != std::string::npos);
  CHECK(refusal(replaced(kDeployment, "  name: web\n", "  name: web\n  namespace: kube-system\n"))
            .find("runs versions in 'shop'") != std::string::npos);
  CHECK(refusal(replaced(kDeployment, "  name: web\n", "  name: web\n  finalizers: [a/b]\n")).find("finalizers") !=
        std::string::npos);
}

TEST_CASE("a label's value ends with a letter or digit and has no plus") {
  CHECK(label_value_of(VersionLabel("1.2")) == "1.2");
  CHECK(label_value_of(VersionLabel("v2_rc+7")) == "v2_rc_7");
  CHECK(label_value_of(VersionLabel("a+")) == "a");
}

TEST_CASE("a StatefulSet keeps its name, selector and volumes, and has no pods and no partition of its own yet") {
  const std::string text = replaced(
      replaced(kDeployment, "kind: Deployment", "kind: StatefulSet"), "  replicas: 5\n",
      "  replicas: 5\n  serviceName: web\n  updateStrategy: {type: OnDelete}\n  volumeClaimTemplates: [{metadata: "
      "{name: data}}]\n");
  const auto made = objects_of(text + kAttachments);
  REQUIRE((made.ok() ? "" : made.error().what) == std::string());
  const json::Value& set = made->workload;
  CHECK(is_in_place(set));
  CHECK(set["metadata"]["name"].as_string() == "web");
  CHECK(json::write(set["spec"]["selector"]) == R"({"matchLabels":{"app":"web"}})");
  CHECK(set["spec"]["replicas"].as_int() == 0);
  CHECK_FALSE(set["spec"]["volumeClaimTemplates"].is_null());
  CHECK(json::write(set["spec"]["updateStrategy"]) == R"({"type":"RollingUpdate","rollingUpdate":{"partition":0}})");
  CHECK(at(set, {"spec", "template", "metadata", "labels", "depops.io/set"}).as_string() == "checkout-3f9a1c22bd01");
  CHECK(made->attachments.size() == 2);
  CHECK(refusal(text + "---\n" + replaced(kDeployment, "name: web", "name: worker")).find("second workload") !=
        std::string::npos);
  Policy narrow = policy();
  narrow.kinds.erase("StatefulSet");
  CHECK(refusal(text, narrow).find("StatefulSet is nothing that a version may bring") != std::string::npos);
}

TEST_CASE("a DaemonSet keeps its name and selector, and Kubernetes changes none of its pods") {
  const std::string text = replaced(replaced(kDeployment, "kind: Deployment", "kind: DaemonSet"), "  replicas: 5\n",
                                    "  updateStrategy: {rollingUpdate: {maxUnavailable: 2}}\n");
  const auto made = objects_of(text + kAttachments);
  REQUIRE((made.ok() ? "" : made.error().what) == std::string());
  const json::Value& set = made->workload;
  CHECK(is_in_place(set));
  CHECK(is_daemon_set(set));
  CHECK(set["metadata"]["name"].as_string() == "web");
  CHECK(json::write(set["spec"]["selector"]) == R"({"matchLabels":{"app":"web"}})");
  CHECK(json::write(set["spec"]["updateStrategy"]) == R"({"type":"OnDelete"})");
  CHECK(at(set, {"spec", "template", "metadata", "labels", "depops.io/set"}).as_string() == "checkout-3f9a1c22bd01");
  CHECK(made->attachments.size() == 2);
  Policy narrow = policy();
  narrow.kinds.erase("DaemonSet");
  CHECK(refusal(text, narrow).find("DaemonSet is nothing that a version may bring") != std::string::npos);
}

TEST_CASE("the label of nodes by which a DaemonSet goes on is the name of a label, and stands on nothing else") {
  const std::string text =
      replaced(replaced(kDeployment, "kind: Deployment", "kind: DaemonSet"), "  replicas: 5\n", "");
  const auto with_label = [](const std::string& on, const std::string& label) {
    return replaced(on, "{team: payments,", "{depops.io/batch-label: \"" + label + "\", team: payments,");
  };
  for (const char* good : {"topology.kubernetes.io/zone", "rack", "a.b/C_d-1"}) {
    const auto made = objects_of(with_label(text, good) + kAttachments);
    REQUIRE((made.ok() ? "" : made.error().what) == std::string());
    CHECK(made->workload["metadata"]["annotations"]["depops.io/batch-label"].as_string() == good);
  }
  const std::string long_word(64, 'a');
  for (const std::string& bad : {std::string(), std::string("-a"), std::string("a/"), std::string("/a"), long_word,
                                 std::string("a b"), std::string("a/b/c"), std::string("a=b")}) {
    INFO(bad);
    CHECK(refusal(with_label(text, bad)).find("depops.io/batch-label: is no name of a label") != std::string::npos);
  }
  CHECK(refusal(with_label(kDeployment, "rack")).find("stands on a Deployment; it is for a DaemonSet") !=
        std::string::npos);
}
