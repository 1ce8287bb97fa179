#include "agent/kubernetes/workloads/in_place.h"

#include <catch2/catch.hpp>

#include "shared/json/parse.h"

namespace depops::agent::kubernetes {
namespace {

json::Value as_read(const std::string& text) {
  auto value = json::parse(text);
  REQUIRE((value.ok() ? "" : value.error().what) == std::string());
  return std::move(*value);
}

// As a server shows it in a list: without its kind.
json::Value daemon(const std::string& label, const std::string& selector, int seen) {
  return as_read(R"({"metadata":{"name":"logs","namespace":"shop","uid":"u1","resourceVersion":"7","generation":4,)"
                 R"("labels":{"depops.io/site":"fra-1","depops.io/service":"logs"},)"
                 R"("annotations":{"depops.io/batch-label":"zone","depops.io/remove":"Deployment/w"}},)"
                 R"("spec":{"template":{"metadata":{"labels":{)" +
                 label + R"("app":"logs"}},"spec":{)" + selector + R"("containers":[]}}},)" +
                 R"("status":{"observedGeneration":)" + std::to_string(seen) + R"(,"desiredNumberScheduled":3}})");
}

InPlace read_daemon(const json::Value& object) { return in_place_of({meta_of(object), keep_of_daemon_set(object)}); }

}  // namespace

TEST_CASE("of a DaemonSet is read how many nodes it fits, whose its template is and by which label it goes on") {
  const InPlace seen = read_daemon(daemon(R"("depops.io/set":"logs-1",)", "", 4));
  CHECK(seen.kind == InPlace::Kind::daemon);
  CHECK(seen.service == ServiceName("logs"));
  CHECK(seen.set == SetId("logs-1"));
  CHECK(seen.replicas == 3);
  CHECK(seen.taken_up);
  CHECK_FALSE(seen.parked);
  CHECK(seen.batch_label == "zone");
  CHECK(seen.removes == std::set<std::string>{"Deployment/w"});
  CHECK_FALSE(read_daemon(daemon(R"("depops.io/set":"logs-1",)", "", 3)).taken_up);
  const InPlace none = read_daemon(daemon("", R"("nodeSelector":{"depops.io/nowhere":"yes"},)", 4));
  CHECK(none.parked);
  CHECK(none.set.empty());
}

TEST_CASE("a StatefulSet is read as before, also without its kind") {
  const json::Value object = as_read(
      R"({"metadata":{"name":"db","generation":2,"annotations":{"depops.io/before":"db-0"}},"spec":{"replicas":5,)"
      R"("updateStrategy":{"rollingUpdate":{"partition":2}}},"status":{"observedGeneration":2,)"
      R"("updateRevision":"db-7"}})");
  const InPlace seen = in_place_of({meta_of(object), keep_of_stateful_set(object)});
  CHECK(seen.kind == InPlace::Kind::stateful);
  CHECK(seen.replicas == 5);
  CHECK(seen.partition == 2);
  CHECK(seen.before == SetId("db-0"));
  CHECK(seen.revision == "db-7");
  CHECK(seen.taken_up);
}

TEST_CASE("a pod of a DaemonSet is known by its node") {
  const json::Value object =
      as_read(R"({"metadata":{"name":"logs-x7k2p","uid":"p1","labels":{"depops.io/set":"logs-1"},)"
              R"("ownerReferences":[{"kind":"DaemonSet","name":"logs","uid":"u1","controller":true}]},)"
              R"("spec":{"nodeName":"node-7"}})");
  const Pod pod = pod_of({meta_of(object), keep_of_pod(object)});
  REQUIRE(pod.place);
  CHECK(*pod.place == Place{Uid("u1"), 0, true, "node-7"});
  CHECK(pod.id() == EndpointId("logs-x7k2p"));
}

}  // namespace depops::agent::kubernetes
