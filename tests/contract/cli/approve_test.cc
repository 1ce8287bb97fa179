#include <catch2/catch.hpp>

#include "shared/json/parse.h"
#include "shared/json/write.h"
#include "shared/statement/statement.h"
#include "shared/wire/trust.h"
#include "tests/contract/cli/program.h"
#include "tests/contract/cli/scripted_hub.h"

using namespace depops;
using namespace depops::test;
using Catch::Contains;

namespace {

const std::string kPlan = "sha256:" + std::string(64, 'b');
const std::string kArtifact = "sha256:" + std::string(64, 'a');

struct Approver {
  Approver() {
    REQUIRE(run_depops({"keys", "new", "alice", "--dir", scratch.path(), "--person", "alice", "--everywhere"}).exit ==
            0);
  }

  std::vector<std::string> words(const std::vector<std::string>& more) const {
    std::vector<std::string> all = {"approve", "--key", scratch.path() + "/alice.key", "--out", file};
    all.insert(all.end(), more.begin(), more.end());
    return all;
  }

  std::vector<std::string> offline(const std::vector<std::string>& more) const {
    std::vector<std::string> all = words({"--plan", kPlan, "--release", kArtifact, "--service", "checkout", "--version",
                                          "1.2", "--environment", "production"});
    all.insert(all.end(), more.begin(), more.end());
    return all;
  }

  trust::Approval made() const { return statement::read(read_whole(file)); }

  Scratch scratch;
  std::string file = scratch.path() + "/approval.json";
};

trust::Votes votes_of(const Approver& approver) {
  const auto key = signing::load_secret_key(approver.scratch.path() + "/alice.key");
  trust::TrustRoot root;
  root.approver.holders = {{wire::key_of(key->public_key()), trust::Person("alice"), {true, {}}}};
  root.policies = {{trust::Tier::production, 1}};
  const trust::Approval approval = approver.made();
  REQUIRE(approval.statement.has_value());
  return trust::count_votes(root, approval.statement->subject, trust::Person("erik"), {approval},
                            approval.statement->not_before, wire::holds);
}

void answer_with_deployment(ScriptedHub& hub) {
  hub.on(
      "GET /api/v1/deployments/d-7",
      {200,
       R"({"id":"d-7","service":"checkout","version":"1.2","environment":"production","planDigest":")" + kPlan + "\"}",
       {}});
  hub.on("GET /api/v1/services/checkout/versions",
         {200,
          R"({"items":[{"label":"1.1","artifact":"sha256:00"},{"label":"1.2","artifact":")" + kArtifact + "\"}]}",
          {}});
}

}  // namespace

TEST_CASE("an approver sees in words what is signed, says yes, and the hub gets a statement but never the key") {
  const Approver approver;
  ScriptedHub hub;
  answer_with_deployment(hub);
  hub.on("POST /api/v1/deployments/d-7/attestations", {201, R"({"given":1,"needed":2})", {}});
  const Ran ran =
      run_depops(approver.words({"d-7", "--reason", "read the diff"}), {{"DEPOPS_HUB", hub.address()}}, "yes\n");
  INFO(ran.err);
  REQUIRE(ran.exit == 0);
  REQUIRE_THAT(ran.err, Contains("alice approves: checkout 1.2 in production\n  artifact " + kArtifact +
                                 "\n  plan     " + kPlan) &&
                            Contains("read the diff") && Contains("1 of 2"));
  REQUIRE(ran.out == approver.file + "\n");
  REQUIRE(votes_of(approver).enough());
  const auto sent = hub.asked("POST /api/v1/deployments/d-7/attestations").at(0).body;
  REQUIRE(sent == json::write(*json::parse(read_whole(approver.file))));
  const std::string secret = read_whole(approver.scratch.path() + "/alice.key").substr(22, 20);
  for (const Asked& asked : hub.asked()) REQUIRE(asked.body.find(secret) == std::string::npos);
}

TEST_CASE("anything but yes signs nothing") {
  const Approver approver;
  const Ran ran = run_depops(approver.offline({}), {}, "y\n");
  REQUIRE(ran.exit == 1);
  REQUIRE_THAT(ran.err, Contains("nothing was signed"));
  REQUIRE(read_whole(approver.file).empty());
}

TEST_CASE("an approval is signed without a hub, and a rejection too") {
  const Approver approver;
  REQUIRE(run_depops(approver.offline({"--yes"})).exit == 0);
  REQUIRE(votes_of(approver).enough());
  const Approver other;
  REQUIRE(run_depops(other.offline({"--yes", "--reject", "--reason", "too late in the day"})).exit == 0);
  REQUIRE(votes_of(other).rejected.has_value());
}

TEST_CASE("A49 break-glass is refused without a reason or for more than four hours") {
  const Approver approver;
  REQUIRE(run_depops(approver.offline({"--yes", "--break-glass"})).exit == 2);
  REQUIRE(run_depops(approver.offline({"--yes", "--break-glass", "--reason", "fire", "--valid", "5h"})).exit == 2);
  REQUIRE(run_depops(approver.offline({"--yes", "--break-glass", "--reason", "fire"})).exit == 0);
  const trust::Approval made = approver.made();
  REQUIRE(made.statement->break_glass);
  REQUIRE(made.statement->not_after - made.statement->not_before == trust::kBreakGlassMax);
}

TEST_CASE("what is not whole is not signed, and an approval is never overwritten") {
  const Approver approver;
  REQUIRE(run_depops(approver.words({"--yes", "--plan", kPlan})).exit == 2);
  REQUIRE(run_depops(approver.words({"--yes"})).exit == 2);
  REQUIRE(run_depops(approver.words({"--yes", "d-7", "--plan", kPlan})).exit == 2);
  REQUIRE(read_whole(approver.file).empty());
  REQUIRE(run_depops(approver.offline({"--yes"})).exit == 0);
  const std::string before = read_whole(approver.file);
  REQUIRE(run_depops(approver.offline({"--yes"})).exit == 1);
  REQUIRE(read_whole(approver.file) == before);
}
