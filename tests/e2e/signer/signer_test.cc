#include <algorithm>
#include <catch2/catch.hpp>
#include <csignal>

#include "hub/signer/signer.h"
#include "shared/json/parse.h"
#include "shared/wire/documents.h"
#include "shared/wire/seal.h"
#include "tests/e2e/stage/documents.h"
#include "tests/e2e/stage/site.h"
#include "tests/e2e/trust/people.h"
#include "tests/e2e/trust/stolen_hub.h"

namespace depops::stage {
namespace {

constexpr Seconds kLong{90};
const std::string kSite = "fra-1";

struct Office {
  Office() : stage("signer", {.key_holder = KeyHolder::signer}), site(stage, kSite, kSite), people(stage, kSite) {
    stage.signer().signal(SIGTERM);
    REQUIRE(stage.signer().wait_end("the signer ends", kLong) == 0);
    stage.start_signer({people.root_file()});
    stage.depops({"trust", "push", people.root_file()});
    stage.depops({"env", "create", kSite, "--tier", "production"});
    stage.apply(canary_documents(stage, {.environments = {kSite}}));
    site.pin(people.root_file());
    site.start_all(0);
    CHECK(carried_out("1.0") == "completed");
    site.start_stream(200);
  }

  std::string started(const std::string& version) {
    stage.publish(version);
    std::string id = stage.deploy(version, kSite);
    people.approve(id, "ana");
    people.approve(id, "ben");
    return id;
  }
  std::string carried_out(const std::string& version) { return ended(started(version)); }
  std::string ended(const std::string& id) {
    const json::Value end = stage.wait_for_end(id, kLong);
    UNSCOPED_INFO(end["reason"].as_string());
    return end["state"].as_string();
  }
  void kill_signer() {
    stage.signer().signal(SIGKILL);
    REQUIRE(stage.signer().wait_end("the signer is killed", kLong) == 128 + SIGKILL);
  }
  void start_signer() { stage.start_signer({people.root_file()}); }

  // As whoever broke into the hub asks: the code of the refusal, "signed" if there is none.
  std::string ask(const std::string_view type, const std::string& body) {
    const auto key = signing::load_public_key(stage.hub_key());
    const auto words =
        hub::signer::socket_signer(stage.signer_socket(), key.value().id())->sign({{std::string(type), body}});
    if (!words.ok()) throw Trouble(words.error().what);
    return words->at(0).ed25519.empty() ? words->at(0).code : "signed";
  }
  std::string ask(const sync::Desired& desired) { return ask(wire::kDesiredType, wire::encode_desired(desired)); }

  // Lines of the signer's log with this code.
  std::size_t logged(const std::string& code) {
    std::istringstream lines(read_file(stage.folder("signer/signatures.log")));
    std::size_t found = 0;
    for (std::string line; std::getline(lines, line);) found += (*json::parse(line))["code"].as_string() == code;
    return found;
  }

  Stage stage;
  Site site;
  People people;
};

sync::Desired empty_document(const sync::Desired& like, const std::string& site, SiteEpoch epoch, Generation number) {
  sync::Desired desired = like;
  desired.site = SiteName(site);
  desired.site_epoch = epoch;
  desired.generation = number;
  desired.targets.clear();
  return desired;
}

// A12, with the hub's process instead of its key in strange hands.
void forge(Office& office, const std::string& id) {
  office.stage.depops({"scale", kService, "-e", kSite, "--replicas", "3"});
  wait_until("a second generation is signed", kLong, [&] {
    return read_file(office.stage.folder("signer/signatures.log")).find("\"generation\":2,") != std::string::npos;
  });
  StolenHub thief(office.stage, SiteName(kSite));
  const sync::Desired draft = thief.draft(id);
  CHECK(office.ask(draft) == "quorum");
  sync::Desired half = draft;
  const json::Value deployment = office.stage.deployment(id);
  half.targets[0].approvals = {office.people.sign(deployment, "ana", deployment["planDigest"].as_string())};
  CHECK(office.ask(half) == "quorum");
  sync::Desired older = draft;
  older.generation = Generation(1);
  CHECK(office.ask(older) == "rollback");
  older.generation = Generation(2);
  CHECK(office.ask(older) == "equivocation");
  CHECK(office.ask(empty_document(draft, "osl-1", SiteEpoch(2), Generation(1))) == "signed");
  CHECK(office.ask(empty_document(draft, "osl-1", SiteEpoch(1), Generation(2))) == "epoch");
  CHECK(office.ask(wire::kBodyType, wire::encode_desired(draft)) == "malformed");
  CHECK(office.ask("text/plain", "anything") == "type");
  for (const auto& [code, times] : std::vector<std::pair<std::string, std::size_t>>{
           {"quorum", 2}, {"rollback", 1}, {"equivocation", 1}, {"epoch", 1}, {"malformed", 1}, {"type", 1}})
    CHECK(office.logged(code) == times);
}

}  // namespace

TEST_CASE("A12 the signer: a hub that was broken into gets nothing signed that people did not approve") {
  Office office;
  office.stage.publish("1.1");
  const std::string id = office.stage.deploy("1.1", kSite);
  forge(office, id);
  for (const std::string& line : office.site.starts()) CHECK(line.starts_with("1.0 "));
  office.people.approve(id, "ana");
  office.people.approve(id, "ben");
  CHECK(office.ended(id) == "completed");

  // Away: nothing is signed, everybody learns why, and nothing of it is lost.
  office.kill_signer();
  const std::string waiting = office.started("1.2");
  wait_until("the hub says that nobody signs", kLong, [&] { return !office.stage.not_ready().empty(); });
  CHECK_THAT(office.stage.not_ready(), Catch::Contains("depops-hub signer") && Catch::Contains("signer/sock"));
  for (const std::string& line : office.site.starts()) CHECK_FALSE(line.starts_with("1.2 "));
  office.start_signer();
  CHECK(office.ended(waiting) == "completed");
  CHECK(office.stage.not_ready().empty());
}

TEST_CASE("kill -9 of the signer in the middle of deployments: they end well, and nothing is done twice") {
  Office office;
  for (const char* version : {"1.1", "1.2"}) {
    const std::string id = office.started(version);
    for (int kills = 0; kills < 4 && !has_ended(office.stage.deployment(id)); ++kills) {
      office.kill_signer();
      office.start_signer();
    }
    CHECK(office.ended(id) == "completed");
  }
  CHECK(office.site.starts().size() == 6);
}

}  // namespace depops::stage
