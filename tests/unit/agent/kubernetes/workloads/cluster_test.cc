#include "agent/kubernetes/workloads/cluster.h"

#include <catch2/catch.hpp>

#include "agent/kubernetes/api/object.h"
#include "agent/kubernetes/words/words.h"
#include "shared/json/parse.h"
#include "shared/json/write.h"

using namespace depops;
using namespace depops::agent::kubernetes;

namespace {

json::Value parsed(const std::string& text) {
  auto value = json::parse(text);
  REQUIRE((value.ok() ? "" : value.error().what) == std::string());
  return std::move(*value);
}

// A pod as a server shows it; `status` without its braces.
json::Value pod(const std::string& status, const std::string& meta = "") {
  return parsed(
      R"({"metadata":{"name":"checkout-3f9a1c22bd01-5d8-abcde","namespace":"shop","uid":"u1","resourceVersion":"7",
    "creationTimestamp":"2026-11-26T15:00:00Z","labels":{"depops.io/set":"checkout-3f9a1c22bd01"},
    "annotations":{"depops.io/port":"8080"},
    "ownerReferences":[{"kind":"ReplicaSet","name":"checkout-3f9a1c22bd01-5d8","controller":true}],
    "managedFields":[{"manager":"kubelet"}])" +
      meta + R"(},"spec":{"nodeName":"node-7","containers":[{"name":"web"}]},"status":{)" + status + "}}");
}

std::string container(const std::string& state, const std::string& more = "") {
  return R"("containerStatuses":[{"name":"web","image":"registry/web:1","state":{)" + state + "}" + more + "}]";
}

Pod read(const json::Value& object) { return pod_of({meta_of(object), keep_of_pod(object)}); }

std::string trouble(const std::string& status) { return words_of(pod(status)).trouble; }

const std::string kReady =
    R"("conditions":[{"type":"Ready","status":"True","lastTransitionTime":"2026-11-26T15:00:09Z"}])";

}  // namespace

TEST_CASE("of a pod only what is read is kept") {
  const json::Value object = pod(R"("phase":"Running","podIP":"10.0.0.7",)" + kReady + "," +
                                 container(R"("running":{})", R"(,"ready":true,"restartCount":0)"));
  const Pod seen = read(object);
  CHECK(seen.set == SetId("checkout-3f9a1c22bd01"));
  CHECK(seen.id() == EndpointId("checkout-3f9a1c22bd01-5d8-abcde"));
  CHECK(seen.host == "10.0.0.7");
  CHECK(seen.port == 8080);
  CHECK(seen.ready);
  CHECK(seen.running);
  CHECK(seen.owned);
  CHECK(seen.alive());
  CHECK(seen.ready_since == instant_of("2026-11-26T15:00:09Z"));
  CHECK(seen.trouble.empty());
  CHECK(json::write(keep_of_pod(object)).size() < 300);
}

TEST_CASE("a container that was started again is another endpoint, and how it ended is told") {
  const Pod seen = read(pod(R"("phase":"Running",)" + kReady + "," +
                            container(R"("running":{})", R"(,"ready":true,"restartCount":2,"lastState":{"terminated":
                            {"exitCode":1,"reason":"Error","message":"no database\n"}})")));
  CHECK(seen.id() == EndpointId("checkout-3f9a1c22bd01-5d8-abcde.2"));
  CHECK(seen.restarts == 2);
  CHECK(seen.ending == "web of checkout-3f9a1c22bd01-5d8-abcde ended by itself with exit 1: no database");
}

TEST_CASE("a pod of somebody else that carries our label is not ours to end") {
  json::Value object = pod("");
  CHECK(read(object).owned);
  object = parsed(R"({"metadata":{"name":"x","labels":{"depops.io/set":"checkout-3f9a1c22bd01"},
    "ownerReferences":[{"kind":"ReplicaSet","name":"others-5d8","controller":true}]}})");
  CHECK_FALSE(read(object).owned);
  CHECK_FALSE(read(parsed(R"({"metadata":{"name":"x"}})")).owned);
}

TEST_CASE("what holds a pod up is said in plain words") {
  const std::string who = "web of checkout-3f9a1c22bd01-5d8-abcde";
  CHECK(trouble(container(R"("waiting":{"reason":"ImagePullBackOff","message":"Back-off pulling"})")) ==
        "the image registry/web:1 for " + who +
            " can not be fetched: Back-off pulling; check its name, that it was pushed, and imagePullSecrets");
  CHECK(trouble(container(R"("waiting":{"reason":"CrashLoopBackOff"})",
                          R"(,"restartCount":4,"lastState":{"terminated":{"exitCode":2}})")) ==
        who + " ends again and again (4 restarts): " + who + " ended by itself with exit 2");
  CHECK(trouble(container(R"("waiting":{"reason":"CrashLoopBackOff"})",
                          R"(,"restartCount":4,"lastState":{"terminated":{"exitCode":137,"reason":"OOMKilled"}})"))
            .find("needed more memory than its limit; raise resources.limits.memory") != std::string::npos);
  CHECK(trouble(container(R"("waiting":{"reason":"CreateContainerConfigError","message":"secret \"k\" not found"})")) ==
        who + " can not be started, CreateContainerConfigError: secret \"k\" not found");
  CHECK(trouble(container(R"("waiting":{"reason":"ContainerCreating"})")).empty());
  CHECK(
      trouble(R"("conditions":[{"type":"PodScheduled","status":"False","message":"0/3 nodes are available"}])") ==
      "checkout-3f9a1c22bd01-5d8-abcde finds no place: 0/3 nodes are available; give the cluster room, or let the pod "
      "ask for less");
  CHECK(trouble(R"("phase":"Failed","reason":"Evicted","message":"The node was low on memory")") ==
        "checkout-3f9a1c22bd01-5d8-abcde has failed: Evicted: The node was low on memory");
  const std::string unready = R"("conditions":[{"type":"Ready","status":"False"}],)";
  CHECK(trouble(unready + container(R"("running":{})", R"(,"ready":false)")) ==
        who + " runs and fails its readiness probe");
  CHECK(trouble(unready + container(R"("running":{})", R"(,"ready":true)")) ==
        "checkout-3f9a1c22bd01-5d8-abcde is not counted as ready though its containers are: its node node-7 does not "
        "answer");
}

TEST_CASE("words of a cluster are cut and kept on one line") {
  CHECK(clipped_words("a\nb\x01 ") == "a b");
  CHECK(clipped_words(std::string(400, 'x')).size() == 303);
}

TEST_CASE("words of a cluster stay UTF-8 when they are cut") {
  const std::string letter = "\xc3\xa4";
  CHECK(clipped_words(std::string(299, 'x') + letter) == std::string(299, 'x') + "...");
  CHECK(clipped_words("bad \xff byte") == "bad ? byte");
}

TEST_CASE("of a log its last lines are told, clean and short") {
  CHECK(last_lines("starting\n\n  no database\r\n") == "starting | no database");
  CHECK(last_lines("1\n2\n3\n4\n5\n6\n7\n") == "3 | 4 | 5 | 6 | 7");
  CHECK(last_lines("").empty());
  CHECK(last_lines("\n \n\x1b[0m\n").empty());
  CHECK(last_lines("\x1b[1;31mred\x1b[0m and \x07 bell \x1b") == "red and   bell");
  CHECK(last_lines("a\xe2\x80\xae"
                   "b\xc2\x85"
                   "c\xc3\x28\x7f") == "a b c?(");
  CHECK(last_lines("\x1b[").empty());
  const std::string told = last_lines(std::string(400, 'a') + "\n" + std::string(400, 'b') + "\nend");
  CHECK(told == std::string(300, 'b') + "... | end");
}

TEST_CASE("whose log says more about a pod is known, and of most troubles nobody's does") {
  const auto voice = [](const std::string& status) { return read(pod(status)).voice; };
  CHECK(voice(container(R"("waiting":{"reason":"CrashLoopBackOff"})",
                        R"(,"restartCount":4,"lastState":{"terminated":{"exitCode":2}})")) == Voice{"web", true});
  CHECK(voice(container(R"("running":{})",
                        R"(,"ready":true,"restartCount":1,"lastState":{"terminated":{"exitCode":2}})")) ==
        Voice{"web", true});
  const std::string unready = R"("conditions":[{"type":"Ready","status":"False"}],)";
  CHECK(voice(unready + container(R"("running":{})", R"(,"ready":false)")) == Voice{"web", false});
  CHECK(voice(R"("phase":"Failed",)" + container(R"("terminated":{"exitCode":2})")) == Voice{"web", false});
  CHECK_FALSE(voice(container(R"("waiting":{"reason":"ImagePullBackOff"})")).has_value());
  CHECK_FALSE(voice(R"("conditions":[{"type":"PodScheduled","status":"False"}])").has_value());
  CHECK_FALSE(voice(unready + container(R"("running":{})", R"(,"ready":true)")).has_value());
  CHECK_FALSE(voice(container(R"("running":{})", R"(,"ready":true)")).has_value());
}

TEST_CASE("times are read, and what is none is nothing") {
  CHECK(instant_of("1970-01-01T00:00:01Z") == Instant(Millis(1'000)));
  CHECK(instant_of("2026-11-26T15:00:00.123456Z").has_value());
  for (const char* text : {"", "2026-13-01T00:00:00Z", "2026-11-26 15:00:00", "yesterday", "2026-11-26T15:00:00+01"})
    CHECK_FALSE(instant_of(text).has_value());
}

TEST_CASE("nonsense of a server is read as nothing and never crashes") {
  for (const char* text : {"{}", "[]", "null", "7", R"({"metadata":7,"status":"x","spec":[]})",
                           R"({"status":{"containerStatuses":[7,{"state":[]}],"conditions":{"type":1}}})"}) {
    const Pod seen = read(parsed(text));
    CHECK_FALSE(seen.ready);
    const json::Value object = parsed(text);
    CHECK(workload_of({meta_of(object), keep_of_deployment(object)}).replicas == 0);
  }
}

TEST_CASE("a Deployment's trouble is that it can make no pods") {
  const json::Value object = parsed(R"({"metadata":{"name":"checkout-1","labels":{"depops.io/set":"checkout-1",
    "depops.io/service":"checkout"},"deletionTimestamp":"2026-11-26T15:00:00Z"},"spec":{"replicas":3},
    "status":{"conditions":[{"type":"ReplicaFailure","status":"True","message":"exceeded quota: pods"}]}})");
  const Workload seen = workload_of({meta_of(object), keep_of_deployment(object)});
  CHECK(seen.replicas == 3);
  CHECK(seen.service == ServiceName("checkout"));
  CHECK(seen.deleting);
  CHECK(seen.trouble == "exceeded quota: pods");
}
