#include "agent/kubernetes/workloads/last_words.h"

#include <catch2/catch.hpp>

using namespace depops;
using namespace depops::agent::kubernetes;

namespace {

constexpr Millis kSettled{5'000};

Moment at(std::int64_t ms) { return {Instant(Millis(ms)), Millis(ms), BootId("boot")}; }

Pod crashing(int number) {
  Pod pod;
  pod.uid = Uid("u" + std::to_string(number));
  pod.key.name = ObjectName("checkout-" + std::to_string(number));
  pod.trouble = "web ends again and again";
  pod.voice = Voice{"web", true};
  return pod;
}

std::size_t asked(LastWords& words, const Pod& pod, std::int64_t ms) { return words.wanted({&pod}, at(ms)).size(); }

}  // namespace

TEST_CASE("a log is read once for each pod, container and trouble") {
  LastWords words;
  Cluster cluster{{}, {crashing(1)}};
  const Pod pod = cluster.pods[0];
  const auto wanted = words.wanted({&pod}, at(0));
  REQUIRE(wanted.size() == 1);
  CHECK(wanted[0] == LogSource{pod.uid, pod.key, {"web", true}});
  for (int i = 1; i < 1'000; ++i) {
    words.add_to(cluster);
    CHECK(asked(words, pod, i * 60'000) == 0);
  }
  words.heard(wanted[0], "; no database");
  words.heard({Uid("of nobody"), {}, {"web", true}}, "; unasked");
  words.add_to(cluster);
  CHECK(cluster.pods[0].trouble == "web ends again and again; no database");
}

TEST_CASE("between two crashes the log of the crash is not read again") {
  LastWords words;
  Pod pod = crashing(1);
  CHECK(asked(words, pod, 0) == 1);
  for (int i = 0; i < 20; ++i) {
    pod.trouble = "web runs and fails its readiness probe";
    pod.voice = Voice{"web", false};
    Cluster cluster{{}, {pod}};
    words.add_to(cluster);
    CHECK(asked(words, pod, i * 600'000) == 0);
    pod = crashing(1);
    cluster = {{}, {pod}};
    words.add_to(cluster);
    CHECK(asked(words, pod, i * 600'000 + 1) == 0);
  }
}

TEST_CASE("the words of an end stand behind the end, and those of another voice nowhere") {
  LastWords words;
  Pod pod = crashing(1);
  pod.trouble = "";
  pod.ending = "web ended by itself with exit 1";
  words.heard(words.wanted({&pod}, at(0)).at(0), "; no database");
  Cluster cluster{{}, {pod}};
  words.add_to(cluster);
  CHECK(cluster.pods[0].ending == "web ended by itself with exit 1; no database");
  CHECK(cluster.pods[0].trouble.empty());
  pod.trouble = "web runs and fails its readiness probe";
  pod.voice = Voice{"web", false};
  cluster = {{}, {pod}};
  words.add_to(cluster);
  CHECK(cluster.pods[0].trouble == "web runs and fails its readiness probe");
}

TEST_CASE("a probe that fails while a pod starts asks for no log, one that goes on failing does") {
  LastWords words;
  Pod pod = crashing(1);
  pod.voice = Voice{"web", false};
  CHECK(asked(words, pod, 0) == 0);
  CHECK(asked(words, pod, kSettled.count() - 1) == 0);
  CHECK(asked(words, pod, kSettled.count()) == 1);
}

TEST_CASE("a new trouble after a good time is heard again") {
  LastWords words;
  Pod pod = crashing(1);
  pod.voice = Voice{"web", false};
  (void)asked(words, pod, 0);
  CHECK(asked(words, pod, 5'000) == 1);
  Pod well = pod;
  well.trouble = "";
  well.voice.reset();
  Cluster cluster{{}, {well}};
  words.add_to(cluster);
  (void)asked(words, pod, 100'000);
  CHECK(asked(words, pod, 105'000) == 1);
}

TEST_CASE("however many pods crash, few logs are read at once and one a minute afterwards") {
  LastWords words;
  std::size_t read = 0;
  for (int i = 0; i < 50; ++i) read += asked(words, crashing(i), i);
  CHECK(read == 6);
  for (int i = 50; i < 650; ++i) read += asked(words, crashing(i), i * 1'000);
  CHECK(read == 6 + 10);
}

TEST_CASE("a pod that is gone is forgotten") {
  LastWords words;
  const Pod pod = crashing(1);
  CHECK(asked(words, pod, 0) == 1);
  Cluster none;
  words.add_to(none);
  CHECK(asked(words, pod, 1) == 1);
}

TEST_CASE("a log that says nothing is told, one that could not be read only if a right is missing") {
  CHECK(words_of_log("\n\n") == "; it wrote no log");
  CHECK(is_lost("unable to retrieve container logs for containerd://fb2a41e5"));
  CHECK_FALSE(is_lost("no database\nunable to retrieve container logs for containerd://fb2a41e5"));
  CHECK(words_of_log("no database\n") == "; the last it wrote: no database");
  Failure failure;
  failure.kind = FailureKind::forbidden;
  failure.what = "get pods/log: forbidden";
  CHECK(words_of_failure(failure) == "; its log could not be read: get pods/log: forbidden");
  failure.kind = FailureKind::unavailable;
  CHECK(words_of_failure(failure).empty());
}
