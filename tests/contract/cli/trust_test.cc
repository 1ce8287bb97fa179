#include <catch2/catch.hpp>

#include "shared/json/parse.h"
#include "shared/wire/trust.h"
#include "tests/contract/cli/program.h"
#include "tests/contract/cli/scripted_hub.h"

using namespace depops;
using namespace depops::test;
using Catch::Contains;

namespace {

// Ann and Ben sign trust roots, Alice and Bob approve.
struct Company {
  Company() {
    make("ann", {"--role", "root"});
    make("ben", {"--role", "root"});
    make("hub", {"--role", "hub-release"});
    make("alice", {"--everywhere"});
    make("bob", {"--everywhere"});
  }

  void make(const std::string& name, const std::vector<std::string>& more) {
    std::vector<std::string> words = {"keys", "new", name, "--dir", scratch.path(), "--person", name};
    words.insert(words.end(), more.begin(), more.end());
    REQUIRE(run_depops(words).exit == 0);
  }

  std::string at(const std::string& file) const { return scratch.path() + "/" + file; }
  std::string key(const std::string& name) const { return at(name + ".key"); }
  std::string open(const std::string& name) const { return at(name + ".pub.json"); }
  std::string id(const std::string& name) const { return (*json::parse(read_whole(open(name))))["keyId"].as_string(); }

  Ran first(const std::vector<std::string>& more = {}) const {
    std::vector<std::string> words = {"trust", "new", at("1.root"), "--environment", "production=production"};
    for (const char* name : {"ann", "ben", "hub", "alice", "bob"}) {
      words.insert(words.end(), {"--key", open(name)});
    }
    words.insert(words.end(), more.begin(), more.end());
    return run_depops(words);
  }

  Ran sign(const std::string& file, const std::string& name) const {
    return run_depops({"trust", "sign", at(file), "--key", key(name)});
  }

  trust::SignedRoot read(const std::string& file) const {
    auto root = wire::read_trust_root(read_whole(at(file)));
    REQUIRE(root.ok());
    return *root;
  }

  Scratch scratch;
};

}  // namespace

TEST_CASE("a trust root is made, signed by two people, and every site would take it") {
  const Company company;
  const Ran made = company.first();
  INFO(made.err);
  REQUIRE(made.exit == 0);
  REQUIRE_THAT(made.out, Contains("environment production: tier production, 2 approvals by different people") &&
                             Contains("signatures 0 of 2"));
  trust::SignedRoot root = company.read("1.root");
  REQUIRE(trust::objection_to_first(root, root.digest, wire::holds)->code == trust::Refusal::signature);
  REQUIRE(company.sign("1.root", "ann").exit == 0);
  REQUIRE(company.sign("1.root", "ann").exit == 0);  // the same again is one signature
  const Ran done = company.sign("1.root", "ben");
  REQUIRE_THAT(done.out, Contains("signatures 2 of 2 that version 1 asks for"));
  root = company.read("1.root");
  REQUIRE(root.document.signatures.size() == 2);
  REQUIRE_FALSE(trust::objection_to_first(root, root.digest, wire::holds).has_value());
  const Ran shown = run_depops({"trust", "show", company.at("1.root"), "-o", "json"});
  REQUIRE((*json::parse(shown.out))["digest"].as_string() == root.digest.str());
}

TEST_CASE("A18 the next version is taken once both versions' people signed it; show says who is missing") {
  Company company;
  REQUIRE(company.first().exit == 0);
  REQUIRE(company.sign("1.root", "ann").exit == 0);
  REQUIRE(company.sign("1.root", "ben").exit == 0);
  company.make("eva", {"--role", "root"});
  const Ran next = run_depops({"trust", "new", company.at("2.root"), "--from", company.at("1.root"), "--key",
                               company.open("eva"), "--remove", company.id("ben"), "--quorum", "staging=1"});
  INFO(next.err);
  REQUIRE(next.exit == 0);
  const auto show = [&] { return run_depops({"trust", "show", company.at("2.root"), "--from", company.at("1.root")}); };
  REQUIRE(company.sign("2.root", "ann").exit == 0);
  REQUIRE(company.sign("2.root", "eva").exit == 0);
  const Ran missing = show();
  REQUIRE(missing.exit == 10);
  REQUIRE_THAT(missing.err, Contains("signature: version 2 is signed by 1 of the 2 different people"));
  REQUIRE(company.sign("2.root", "ben").exit == 0);
  REQUIRE(show().exit == 0);
  REQUIRE_FALSE(trust::objection_to_next(company.read("1.root"), company.read("2.root"), wire::holds).has_value());
}

TEST_CASE("A15 a trust root that can not work is not written") {
  const Company company;
  const Ran lonely = company.first({"--quorum", "production=3"});
  REQUIRE(lonely.exit == 2);
  REQUIRE_THAT(lonely.err, Contains("production asks for 3 approvals, but keys of only 2 different people"));
  REQUIRE_THAT(company.first({"--quorum", "production=0"}).err, Contains("quorum of 0"));
  REQUIRE_THAT(company.first({"--quorum", "production=-1"}).err, Contains("0 to 20"));
  for (const char* threshold : {"0", "-1", "21"}) REQUIRE(company.first({"--root-threshold", threshold}).exit == 2);
  REQUIRE_THAT(company.first({"--root-threshold", "3"}).err, Contains("only 2 different people"));
  REQUIRE_THAT(company.first({"--environment", "lab=play"}).err, Contains("development, staging or production"));
  REQUIRE(company.first({"--valid", "soon"}).exit == 2);
  REQUIRE(read_whole(company.at("1.root")).empty());
}

TEST_CASE("a trust root is never overwritten by another one, and a foreign file is said to be one") {
  const Company company;
  REQUIRE(company.first().exit == 0);
  REQUIRE_THAT(company.first().err, Contains("never replaced"));
  const std::string other = company.scratch.file("letter", "dear all");
  REQUIRE(run_depops({"trust", "show", other}).exit == 1);
  REQUIRE(run_depops({"trust", "sign", other, "--key", company.key("ann")}).exit == 1);
  REQUIRE(read_whole(other) == "dear all");
}

TEST_CASE("a trust root is given to the hub and fetched from it byte by byte") {
  const Company company;
  REQUIRE(company.first().exit == 0);
  REQUIRE(company.sign("1.root", "ann").exit == 0);
  REQUIRE(company.sign("1.root", "ben").exit == 0);
  const std::string bytes = read_whole(company.at("1.root"));
  ScriptedHub hub;
  hub.on("POST /api/v1/trust-roots", {201, R"({"version":1,"digest":"sha256:00"})", {}});
  hub.on("GET /api/v1/trust-roots",
         {200, R"({"items":[{"version":1,"document":")" + signing::to_base64(bytes) + "\"}]}", {}});
  const std::map<std::string, std::string> at_hub{{"DEPOPS_HUB", hub.address()}};
  const Ran pushed = run_depops({"trust", "push", company.at("1.root")}, at_hub);
  INFO(pushed.err);
  REQUIRE(pushed.exit == 0);
  REQUIRE_THAT(pushed.err, Contains("version 1, sha256:00"));
  const auto sent = json::parse(hub.asked("POST /api/v1/trust-roots").at(0).body);
  REQUIRE(*signing::from_base64((*sent)["document"].as_string()) == bytes);
  REQUIRE(run_depops({"trust", "fetch", company.at("again.root")}, at_hub).exit == 0);
  REQUIRE(read_whole(company.at("again.root")) == bytes);
  REQUIRE(run_depops({"trust", "fetch", company.at("again.root")}, at_hub).exit == 1);  // never overwritten
  hub.on("GET /api/v1/trust-roots", {200, R"({"items":[]})", {}});
  REQUIRE_THAT(run_depops({"trust", "fetch", company.at("none.root")}, at_hub).err, Contains("depops trust push"));
}
