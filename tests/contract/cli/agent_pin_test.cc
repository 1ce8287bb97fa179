#include <catch2/catch.hpp>

#include "shared/json/parse.h"
#include "shared/wire/trust.h"
#include "tests/contract/cli/program.h"

using namespace depops;
using namespace depops::test;
using Catch::Contains;

namespace {

const std::string kSettings = R"(site: fra-1
environment: production
stateDir: state
broker: {url: "mqtts://127.0.0.1:1", ca: ca.pem, cert: cert.pem, key: key.pem}
hub: {artifactsUrl: "https://127.0.0.1:1", ca: ca.pem}
keys: {signing: site.key, hub: hub.pub}
router: none
)";

struct NewSite {
  NewSite() {
    for (const char* name : {"ann", "hub", "alice", "bob"}) {
      const std::string role = name == std::string("ann") ? "root" : name == std::string("hub") ? "hub-release" : "";
      std::vector<std::string> words = {"keys", "new", name, "--dir", scratch.path(), "--person", name, "--everywhere"};
      if (!role.empty()) words.insert(words.end(), {"--role", role});
      REQUIRE(run_depops(words).exit == 0);
    }
    make_root("first.root");
  }

  void make_root(const std::string& file) {
    std::vector<std::string> words = {"trust", "new", at(file)};
    for (const char* name : {"ann", "hub", "alice", "bob"})
      words.insert(words.end(), {"--key", at(name) + ".pub.json"});
    REQUIRE(run_depops(words).exit == 0);
  }

  void sign(const std::string& file) {
    REQUIRE(run_depops({"trust", "sign", at(file), "--key", at("ann.key")}).exit == 0);
  }

  std::string at(const std::string& file) const { return scratch.path() + "/" + file; }
  Ran init(const std::string& file) {
    return run_program("depops-agent", {"init", "--config", config, "--trust-root", at(file)});
  }

  Scratch scratch;
  std::string config = scratch.file("agent.yaml", kSettings + "trust: {root: trust-root}\n");
};

}  // namespace

TEST_CASE("a site pins a trust root that its people signed, once") {
  NewSite site;
  const Ran early = site.init("first.root");
  REQUIRE(early.exit == 1);
  REQUIRE_THAT(early.err, Contains("signature: version 1 is signed by 0 of the 1"));
  site.sign("first.root");
  const Ran pinned = site.init("first.root");
  INFO(pinned.err);
  REQUIRE(pinned.exit == 0);
  const auto root = wire::read_trust_root(read_whole(site.at("first.root")));
  REQUIRE((*json::parse(pinned.out))["trustRoot"].as_string() == root->digest.str());
  REQUIRE(read_whole(site.at("state/trust-root.pin")) == root->digest.str() + "\n");
  REQUIRE(wire::read_trust_root(read_whole(site.at("trust-root")))->digest == root->digest);
  REQUIRE(site.init("first.root").exit == 0);
}

TEST_CASE("another trust root never replaces a pinned one, nor does another file in its place count") {
  NewSite site;
  site.sign("first.root");
  REQUIRE(site.init("first.root").exit == 0);
  site.make_root("second.root");
  site.sign("second.root");
  const Ran other = site.init("second.root");
  REQUIRE(other.exit == 1);
  REQUIRE_THAT(other.err, Contains("never replaced"));
  site.scratch.file("trust-root", read_whole(site.at("second.root")));
  const Ran swapped = site.init("first.root");
  REQUIRE(swapped.exit == 1);
  REQUIRE_THAT(swapped.err, Contains("root-pin"));
}

TEST_CASE("without a place in the settings, or with rubbish, nothing is pinned") {
  NewSite site;
  site.sign("first.root");
  site.scratch.file("rubbish", "not a trust root");
  REQUIRE(site.init("rubbish").exit == 1);
  site.config = site.scratch.file("plain.yaml", kSettings);
  const Ran nowhere = site.init("first.root");
  REQUIRE(nowhere.exit == 1);
  REQUIRE_THAT(nowhere.err, Contains("trust: {root: trust-root}"));
  REQUIRE(read_whole(site.at("state/trust-root.pin")).empty());
}
