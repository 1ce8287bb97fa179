#include <catch2/catch.hpp>
#include <csignal>

#include "tests/contract/cli/fixtures.h"
#include "tests/contract/cli/program.h"
#include "tests/contract/cli/scripted_hub.h"

using namespace depops::test;
using Catch::Contains;

namespace {

// A hub where the deployment looks like each of `states` in turn and then stays at the last.
void play(ScriptedHub& hub, std::vector<std::string> states) {
  hub.on("POST /api/v1/deployments", {201, kStarted, {}});
  auto at = std::make_shared<std::size_t>(0);
  hub.on("GET /api/v1/deployments/d-7", [states, at](const Asked&) -> Answered {
    const std::string& now = states[std::min(*at, states.size() - 1)];
    ++*at;
    return {now.empty() ? 0 : 200, now, {}, now.empty()};
  });
}

Ran wait_for(const ScriptedHub& hub, const std::string& goal, const std::vector<std::string>& more = {}) {
  std::vector<std::string> words{"deploy", "checkout", "1.2", "-e", "production",
                                 "--wait", "--for",    goal,  "-o", "name"};
  words.insert(words.end(), more.begin(), more.end());
  return run_depops(words, {{"DEPOPS_HUB", hub.address()}});
}

}  // namespace

TEST_CASE("deploy starts, shows the deployment and names the next command") {
  ScriptedHub hub;
  play(hub, {deployment("running", "running", 0)});
  const Ran ran =
      run_depops({"deploy", "checkout", "1.2", "-e", "production", "-m", "because"}, {{"DEPOPS_HUB", hub.address()}});
  CHECK(ran.exit == 0);
  CHECK(ran.out == golden("deployment.table", ran.out));
  CHECK(ran.err == "started d-7\nnext: depops rollout watch d-7\n");
  CHECK(hub.asked("POST /api/v1/deployments").at(0).body ==
        R"({"service":"checkout","version":"1.2","environment":"production","reason":"because"})");
  const Ran quiet = run_depops({"deploy", "checkout", "1.2", "-e", "production", "-q", "-o", "name"},
                               {{"DEPOPS_HUB", hub.address()}});
  CHECK(quiet.out == "deployment/d-7\n");
  CHECK(quiet.err == "");
}

TEST_CASE("a wait ends on the state that was named") {
  ScriptedHub hub;
  const std::string running = deployment("running", "running", 0);
  play(hub, {running, deployment("running", "running", 1), deployment("completed", "completed", 2)});
  const Ran completed = wait_for(hub, "completed");
  CHECK(completed.exit == 0);
  CHECK(completed.out == "deployment/d-7\n");
  CHECK(completed.err == golden("wait-completed.txt", completed.err));
  play(hub, {running, deployment("paused", "paused", 1)});
  CHECK(wait_for(hub, "paused").exit == 0);
  play(hub, {running, deployment("running", "running", 1)});
  CHECK(wait_for(hub, "step=2").exit == 0);
  play(hub, {running, deployment("rolled_back", "rolled_back", 1)});
  CHECK(wait_for(hub, "any-terminal").exit == 0);
  CHECK(wait_for(hub, "someday").exit == 2);
}

TEST_CASE("a rollout that went bad ends the wait at once with status 3 and the reason") {
  ScriptedHub hub;
  play(hub,
       {deployment("running", "running", 0),
        deployment("rolled_back", "rolled_back", 1, R"(,"failureReason":"errors: canary 9 of 40, stable 1 of 360")")});
  for (const std::string goal : {"completed", "healthy", "paused", "step=2"}) {
    const Ran ran = wait_for(hub, goal);
    CHECK(ran.exit == 3);
    CHECK_THAT(ran.err, Contains("d-7 ended as rolled_back: errors: canary 9 of 40, stable 1 of 360"));
  }
}

TEST_CASE("a wait that is over leaves the rollout alone and says how to go on") {
  ScriptedHub hub;
  play(hub, {deployment("running", "running", 0)});
  const Ran ran = wait_for(hub, "completed", {"--timeout", "400ms"});
  CHECK(ran.exit == 7);
  CHECK_THAT(ran.err, Contains("the rollout goes on") && Contains("next: depops rollout watch d-7"));
  for (const Asked& asked : hub.asked()) CHECK(asked.path.find("actions") == std::string::npos);
}

TEST_CASE("a hub that is away for a while does not end a wait") {
  ScriptedHub hub;
  play(hub, {deployment("running", "running", 0), "", "", "", "", deployment("completed", "completed", 2)});
  const Ran ran = wait_for(hub, "completed", {"--timeout", "1m"});
  CHECK(ran.exit == 0);
  CHECK_THAT(ran.err, Contains("the sites go on without it") && Contains("the hub answers again"));
}

TEST_CASE("Ctrl-C stops the watching, not the rollout") {
  ScriptedHub hub;
  play(hub, {deployment("running", "running", 0)});
  const Ran ran = run_depops({"rollout", "watch", "d-7"}, {{"DEPOPS_HUB", hub.address()}}, "",
                             [](int pid) { ::kill(pid, SIGINT); });
  CHECK(ran.exit == 130);
  CHECK_THAT(ran.err, Contains("the rollout goes on"));
  for (const Asked& asked : hub.asked()) CHECK(asked.method == "GET");
}

TEST_CASE("watch writes one line per change, or one JSON document per line") {
  ScriptedHub hub;
  const std::vector<std::string> story{deployment("running", "running", 0), deployment("completed", "completed", 2)};
  play(hub, story);
  const Ran lines = run_depops({"rollout", "watch", "d-7"}, {{"DEPOPS_HUB", hub.address()}});
  CHECK(lines.exit == 0);
  CHECK(lines.out == golden("watch.txt", lines.out));
  play(hub, story);
  const Ran json = run_depops({"rollout", "watch", "d-7", "-o", "json"}, {{"DEPOPS_HUB", hub.address()}});
  CHECK(std::count(json.out.begin(), json.out.end(), '\n') == 2);
}

TEST_CASE("verbs reach the deployment that is meant") {
  ScriptedHub hub;
  hub.on("GET /api/v1/deployments", {200, R"({"items":[{"id":"d-7"}],"nextPageToken":"x"})", {}});
  hub.on("POST /api/v1/deployments/d-7/actions",
         {202, R"({"deployment":"d-7","commands":[{"site":"fra-1","command":"c-1"}]})", {}});
  const Ran ran = run_depops(
      {"rollout", "advance", "checkout", "-e", "production", "--full", "--expected-step", "2", "--site", "fra-1"},
      {{"DEPOPS_HUB", hub.address()}});
  CHECK(ran.exit == 0);
  CHECK_THAT(ran.out, Contains("fra-1") && Contains("c-1"));
  CHECK(hub.asked("POST /api/v1/deployments/d-7/actions").at(0).body ==
        R"({"verb":"advance","site":"fra-1","full":true,"expectedStep":1})");
  for (const std::string verb : {"pause", "resume", "abort", "retry", "skip"}) {
    CHECK(run_depops({"rollout", verb, "d-7"}, {{"DEPOPS_HUB", hub.address()}}).exit == 0);
    CHECK(hub.asked().back().body == R"({"verb":")" + verb + R"("})");
  }
}

TEST_CASE("promote and rollback send what was asked for") {
  ScriptedHub hub;
  play(hub, {deployment("running", "running", 0)});
  hub.on("POST /api/v1/promotions", {201, kStarted, {}});
  hub.on("POST /api/v1/rollbacks", {201, R"({"deployment":"d-7","started":false})", {}});
  const Variables here{{"DEPOPS_HUB", hub.address()}};
  CHECK(run_depops({"promote", "checkout", "--from", "staging", "--to", "production"}, here).exit == 0);
  CHECK(hub.asked("POST /api/v1/promotions").at(0).body ==
        R"({"service":"checkout","from":"staging","to":"production"})");
  const Ran back = run_depops({"rollback", "checkout", "-e", "production", "--to", "1.1"}, here);
  CHECK(back.exit == 0);
  CHECK_THAT(back.err, Contains("no new deployment"));
  CHECK(hub.asked("POST /api/v1/rollbacks").at(0).body ==
        R"({"service":"checkout","environment":"production","to":"1.1"})");
}

TEST_CASE("scale sends a number, or that what is declared holds again") {
  ScriptedHub hub;
  hub.on(
      "POST /api/v1/services/checkout/scale",
      {202, R"({"service":"checkout","environment":"production","commands":[{"site":"fra-1","command":"c-4"}]})", {}});
  const Variables here{{"DEPOPS_HUB", hub.address()}};
  const Ran ran = run_depops({"scale", "checkout", "--env", "production", "--site", "fra-1", "--replicas", "12"}, here);
  CHECK(ran.exit == 0);
  CHECK_THAT(ran.out, Contains("fra-1") && Contains("c-4"));
  CHECK(hub.asked().back().body == R"({"environment":"production","site":"fra-1","replicas":12})");
  CHECK(run_depops({"scale", "checkout", "-e", "production", "--replicas", "declared", "-m", "night"}, here).exit == 0);
  CHECK(hub.asked().back().body == R"({"environment":"production","reason":"night","declared":true})");
  const Ran wrong = run_depops({"scale", "checkout", "-e", "production", "--replicas", "many"}, here);
  CHECK(wrong.exit == 2);
  CHECK_THAT(wrong.err, Contains("a number from 1 to 1,000, or declared"));
}

TEST_CASE("rollback of what is under way waits until its sites are back, and says if one could not go back") {
  ScriptedHub hub;
  hub.on("POST /api/v1/rollbacks", {201, R"({"deployment":"d-7","started":false})", {}});
  const std::vector<std::string> words{"rollback", "checkout", "-e", "production", "--wait", "-o", "name"};
  play(hub, {deployment("rolling_back", "rolling_back", 0), deployment("aborted", "aborted", 0)});
  CHECK(run_depops(words, {{"DEPOPS_HUB", hub.address()}}).exit == 0);
  play(hub, {deployment("rolling_back", "rolling_back", 0), deployment("failed", "failed", 0)});
  CHECK(run_depops(words, {{"DEPOPS_HUB", hub.address()}}).exit == 3);
}

TEST_CASE("describe shows everything about a deployment") {
  ScriptedHub hub;
  play(hub, {deployment("running", "running", 1)});
  const Ran ran = run_depops({"describe", "deployment", "d-7"}, {{"DEPOPS_HUB", hub.address()}});
  CHECK(ran.exit == 0);
  CHECK(ran.out == golden("describe-deployment.txt", ran.out));
}
