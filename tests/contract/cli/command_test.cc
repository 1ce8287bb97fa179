#include <catch2/catch.hpp>
#include <chrono>
#include <csignal>

#include "tests/contract/cli/fixtures.h"
#include "tests/contract/cli/program.h"
#include "tests/contract/cli/scripted_hub.h"
#include "tests/support/paths.h"

using namespace depops::test;
using Catch::Contains;

TEST_CASE("tables, wide tables, names and formats are as they were agreed") {
  ScriptedHub hub;
  hub.on("GET /api/v1/sites", {200, kSites, {}});
  const Variables here{{"DEPOPS_HUB", hub.address()}};
  for (const std::string format : {"table", "wide", "json", "yaml", "name"}) {
    INFO(format);
    const Ran ran = run_depops({"get", "sites", "-o", format}, here);
    CHECK(ran.exit == 0);
    CHECK(ran.err == "");
    CHECK(ran.out == golden("sites." + format, ran.out));
  }
  const Ran bare = run_depops({"get", "sites", "--no-headers"}, here);
  CHECK_THAT(bare.out, Catch::StartsWith("fra-1"));
  CHECK(hub.asked("GET /api/v1/sites").back().headers.count("authorization") == 0);
}

TEST_CASE("a list is read over all its pages") {
  ScriptedHub hub;
  hub.on("GET /api/v1/sites", [](const Asked& asked) -> Answered {
    const bool second = asked.path.find("pageToken=next") != std::string::npos;
    return {200, second ? R"({"items":[{"name":"b"}]})" : R"({"items":[{"name":"a"}],"nextPageToken":"next"})", {}};
  });
  const Ran all = run_depops({"get", "sites", "-o", "name"}, {{"DEPOPS_HUB", hub.address()}});
  CHECK(all.out == "site/a\nsite/b\n");
  const Ran one = run_depops({"get", "sites", "-o", "name", "--limit", "1"}, {{"DEPOPS_HUB", hub.address()}});
  CHECK(one.out == "site/a\n");
  CHECK(one.err == "there are more; see them with --limit 0\n");
}

TEST_CASE("the hub's refusals become exit statuses, with every reason on standard error") {
  ScriptedHub hub;
  struct Case {
    Answered answer;
    int exit;
    std::string said;
  };
  const std::vector<Case> cases{
      {problem(401, "unauthorized", "no token was given"), 4, "give a token with --token-file"},
      {problem(403, "forbidden", "not yours"), 4, "not yours"},
      {problem(404, "not-found", "no service \"chekout\""), 5, "no service \"chekout\""},
      {problem(409, "blocked", "checkout may not start now", kFrozen), 6,
       "freeze christmas: peak season; until 2027-01-04 15:00:00Z (may be lifted by retail-ops)"},
      {problem(409, "exists", "there is one"), 1, "there is one"},
      {problem(422, "invalid", "line one\nline two"), 1, "line one\nline two"},
      {{500, "<html>", {}}, 1, "status 500"}};
  for (const Case& one : cases) {
    INFO(one.said);
    hub.on("POST /api/v1/deployments", one.answer);
    const Ran ran = run_depops({"deploy", "checkout", "1.2", "-e", "production"}, {{"DEPOPS_HUB", hub.address()}});
    CHECK(ran.exit == one.exit);
    CHECK(ran.out == "");
    CHECK_THAT(ran.err, Contains(one.said));
  }
}

TEST_CASE("a hub that is not there is told from one that says no") {
  std::string gone;
  {
    const ScriptedHub hub;
    gone = hub.address();
  }
  const Ran ran = run_depops({"get", "sites"}, {{"DEPOPS_HUB", gone}});
  CHECK(ran.exit == 8);
  CHECK(ran.out == "");
  CHECK_THAT(ran.err, Contains("does not answer") && Contains(gone));
}

TEST_CASE("a write whose answer was lost is sent again under the same key") {
  ScriptedHub hub;
  int count = 0;
  hub.on("POST /api/v1/environments", [&count](const Asked&) -> Answered {
    if (++count == 1) return {0, "", {}, true};
    return {201, R"({"name":"staging","tier":"staging","createdAt":"2026-11-23T12:00:00.000Z"})", {}};
  });
  const Ran ran = run_depops({"env", "create", "staging", "--tier", "staging"}, {{"DEPOPS_HUB", hub.address()}});
  CHECK(ran.exit == 0);
  CHECK_THAT(ran.out, Contains("staging"));
  const auto asked = hub.asked("POST /api/v1/environments");
  REQUIRE(asked.size() == 2);
  CHECK(asked[0].headers.at("idempotency-key") == asked[1].headers.at("idempotency-key"));
  CHECK(asked[0].body == R"({"name":"staging","tier":"staging"})");
}

TEST_CASE("usage errors name the remedy and are status 2") {
  CHECK_THAT(run_depops({"deplyo", "checkout"}).err, Contains("did you mean: depops deploy?"));
  CHECK(run_depops({"deplyo", "checkout"}).exit == 2);
  CHECK(run_depops({}).exit == 2);
  CHECK(run_depops({"deploy", "checkout"}).exit == 2);
  CHECK(run_depops({"get", "sites", "-o", "xml"}).exit == 2);
  const Ran nowhere = run_depops({"get", "sites"});
  CHECK(nowhere.exit == 2);
  CHECK_THAT(nowhere.err, Contains("depops context set"));
  CHECK_THAT(run_depops({"get", "deployment"}, {{"DEPOPS_HUB", "ftp://x"}}).err,
             Contains("must be like http://127.0.0.1:8080"));
  CHECK_THAT(run_depops({"get", "sitse"}, {{"DEPOPS_HUB", "http://127.0.0.1:1"}}).err, Contains("did you mean sites?"));
}

TEST_CASE("validate needs no hub, and its errors are the same every time") {
  const std::string folder = source_dir() + "/tests/unit/shared/manifest_yaml/corpus/bad/";
  const Ran bad = run_depops({"validate", "-f", "-"}, {}, read_whole(folder + "unknown-key.yaml"));
  CHECK(bad.exit == 1);
  CHECK(bad.out == "");
  CHECK(bad.err == golden("validate-unknown-key.txt", bad.err));
  const Ran good = run_depops({"validate", "-f", source_dir() + "/deploy/demo/pipeline.yaml"});
  CHECK(good.exit == 0);
  CHECK(good.err == "");
  CHECK(good.out == golden("validate-demo.txt", good.out));
  CHECK_THAT(run_depops({"validate", "-f", "/nowhere.yaml"}).err, Contains("/nowhere.yaml: can not be read"));
}

TEST_CASE("validate resolves pipelines with the templates of the same files, as the hub would") {
  const std::string text = R"(apiVersion: depops/v1
kind: Pipeline
metadata: {name: checkout}
spec:
  workload: {process: {command: [run], readiness: {tcp: {}}}}
  environments:
    - name: production
      strategy: {blueGreen: {afterSwitch: [{analysis: {template: errors, duration: 1m}}]}}
)";
  const std::string compares = R"(---
apiVersion: depops/v1
kind: AnalysisTemplate
metadata: {name: errors}
spec:
  metrics: [{name: share, provider: {haproxy: {}}, test: {errors: {}}}]
)";
  const Ran bad = run_depops({"validate", "-f", "-"}, {}, text + compares);
  CHECK(bad.exit == 1);
  CHECK_THAT(bad.err, Contains("<standard input>:1:1: spec: Pipeline checkout, environment production: step 2, metric "
                               "share: all requests go to the new version by then"));
  CHECK(run_depops({"validate", "-f", "-"}, {}, text).exit == 0);  // the hub may have that template
}

TEST_CASE("apply sends nothing if anything is wrong, and says what changed") {
  ScriptedHub hub;
  hub.on("PUT /api/v1/documents", {200, R"({"items":[{"kind":"Pipeline","name":"checkout","result":"created"}]})", {}});
  const Variables here{{"DEPOPS_HUB", hub.address()}};
  CHECK(run_depops({"apply", "-f", "-"}, here, "kind: Pipelin\n").exit == 1);
  CHECK(hub.asked().empty());
  const std::string demo = source_dir() + "/deploy/demo/pipeline.yaml";
  const Ran ran = run_depops({"apply", "-f", demo}, here);
  CHECK(ran.exit == 0);
  CHECK_THAT(ran.out, Contains("created"));
  CHECK(hub.asked().back().body == read_whole(demo));
  CHECK(run_depops({"apply", "-f", demo, "--dry-run"}, here).exit == 10);
  CHECK(hub.asked().back().path == "/api/v1/documents?dryRun=true");
}

TEST_CASE("events are followed, and the stream goes on after the last one") {
  ScriptedHub hub;
  int count = 0;
  hub.on("GET /api/v1/events", [&count](const Asked&) -> Answered {
    const std::string id = std::to_string(++count);
    const std::string text = ": hello\n\nid: " + id +
                             "\nevent: change\ndata: {\"kind\":\"deployment\",\"id\":\"d-7\",\"version\":" + id +
                             "}\n\n";
    Answered answer{200, text, {}};
    answer.stay_open = count > 1;
    return answer;
  });
  // Interrupted at the second event: it can only have come over a second stream.
  const Ran ran = run_depops({"events", "-f", "-o", "json"}, {{"DEPOPS_HUB", hub.address()}}, "", [&hub](int pid) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (hub.asked().size() < 2 && std::chrono::steady_clock::now() < deadline) sched_yield();
    ::kill(pid, SIGINT);
  });
  CHECK(ran.exit == 130);
  CHECK_THAT(ran.out,
             Catch::StartsWith(R"({"id":"1","event":"change","data":{"kind":"deployment","id":"d-7","version":1}})"));
  REQUIRE(hub.asked().size() >= 2);
  CHECK(hub.asked()[1].headers.at("last-event-id") == "1");
}

TEST_CASE("version, help and completion work without a hub") {
  CHECK_THAT(run_depops({"version"}).out, Catch::StartsWith("depops "));
  CHECK_THAT(run_depops({"--help"}).out, Contains("deploy") && !Contains("complete-words"));
  CHECK_THAT(run_depops({"rollout", "--help"}).out, Contains("advance"));
  for (const std::string shell : {"bash", "zsh", "fish"})
    CHECK_THAT(run_depops({"completion", shell}).out, Contains("complete-words"));
  CHECK_THAT(run_depops({"complete-words", "--", "rollout"}).out, Contains("watch\n") && Contains("advance\n"));
  CHECK_THAT(run_depops({"complete-words", "--", "get"}).out, Contains("sites\n"));
  CHECK_THAT(run_depops({"complete-words", "--", "rollout", "watch"}).out,
             Contains("--for\n") && Contains("--output\n"));
}
