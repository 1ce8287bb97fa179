#include <sys/stat.h>

#include <catch2/catch.hpp>

#include "shared/json/parse.h"
#include "shared/signing/signing.h"
#include "tests/contract/cli/program.h"

using namespace depops;
using namespace depops::test;
using Catch::Contains;

namespace {

Ran new_key(const Scratch& scratch, const std::string& name, const std::vector<std::string>& more) {
  std::vector<std::string> words = {"keys", "new", name, "--dir", scratch.path()};
  words.insert(words.end(), more.begin(), more.end());
  return run_depops(words);
}

}  // namespace

TEST_CASE("a key pair is made: the secret for its owner only, the public one with person and scope") {
  const Scratch scratch;
  const Ran ran = new_key(scratch, "alice", {"--person", "alice", "--environment", "production"});
  REQUIRE(ran.exit == 0);
  REQUIRE_THAT(ran.out, Contains("alice") && Contains("approver") && Contains("production"));
  struct stat facts {};
  REQUIRE(::stat((scratch.path() + "/alice.key").c_str(), &facts) == 0);
  REQUIRE((facts.st_mode & 0777) == 0600);
  const auto secret = signing::load_secret_key(scratch.path() + "/alice.key");
  const auto open = json::parse(read_whole(scratch.path() + "/alice.pub.json"));
  REQUIRE((*open)["publicKey"].as_string() == signing::to_text(secret->public_key()));
  REQUIRE((*open)["person"].as_string() == "alice");
  REQUIRE((*open)["environments"].items().at(0).as_string() == "production");
  const std::string text = read_whole(scratch.path() + "/alice.key");
  REQUIRE((ran.out + ran.err).find(text.substr(22, 20)) == std::string::npos);
}

TEST_CASE("a folder for keys is made, for its owner only, and one that can not be made is named") {
  const Scratch scratch;
  const std::string folder = scratch.path() + "/my/keys";
  REQUIRE(run_depops({"keys", "new", "alice", "--dir", folder, "--person", "alice", "--everywhere"}).exit == 0);
  struct stat facts {};
  REQUIRE(::stat(folder.c_str(), &facts) == 0);
  REQUIRE((facts.st_mode & 0777) == 0700);
  const std::string file = scratch.file("file", "x");
  const Ran ran = run_depops({"keys", "new", "alice", "--dir", file + "/keys", "--person", "alice", "--everywhere"});
  REQUIRE(ran.exit == 1);
  REQUIRE_THAT(ran.err, Contains(file + "/keys: Not a directory"));
}

TEST_CASE("a key is never overwritten, not even half of a pair") {
  const Scratch scratch;
  REQUIRE(new_key(scratch, "alice", {"--person", "alice", "--everywhere"}).exit == 0);
  const std::string before = read_whole(scratch.path() + "/alice.key");
  const Ran again = new_key(scratch, "alice", {"--person", "mallory", "--everywhere"});
  REQUIRE(again.exit == 1);
  REQUIRE_THAT(again.err, Contains("never replaced"));
  REQUIRE(read_whole(scratch.path() + "/alice.key") == before);
  const std::string lone = scratch.file("bob.key", "mine");
  REQUIRE(new_key(scratch, "bob", {"--person", "bob", "--everywhere"}).exit == 1);
  REQUIRE(read_whole(lone) == "mine");
}

TEST_CASE("an approver's key says where it has a say") {
  const Scratch scratch;
  const Ran nowhere = new_key(scratch, "alice", {"--person", "alice"});
  REQUIRE(nowhere.exit == 2);
  REQUIRE_THAT(nowhere.err, Contains("--environment NAME, or --everywhere"));
  REQUIRE(new_key(scratch, "alice", {"--person", "alice", "--role", "owner"}).exit == 2);
  REQUIRE(new_key(scratch, "ann", {"--person", "ann", "--role", "root"}).exit == 0);
}

TEST_CASE("a rotated key is another one of the same person, role and scope, and both are listed") {
  const Scratch scratch;
  REQUIRE(new_key(scratch, "alice", {"--person", "alice", "--environment", "production"}).exit == 0);
  const Ran rotated = run_depops({"keys", "rotate", "alice", "--dir", scratch.path()});
  REQUIRE(rotated.exit == 0);
  const auto old = json::parse(read_whole(scratch.path() + "/alice.pub.json"));
  const auto fresh = json::parse(read_whole(scratch.path() + "/alice.2.pub.json"));
  REQUIRE((*fresh)["person"] == (*old)["person"]);
  REQUIRE((*fresh)["environments"] == (*old)["environments"]);
  REQUIRE((*fresh)["publicKey"].as_string() != (*old)["publicKey"].as_string());
  REQUIRE_THAT(rotated.err, Contains("--remove " + (*old)["keyId"].as_string()));
  const Ran listed = run_depops({"keys", "list", "--dir", scratch.path(), "-o", "json"});
  REQUIRE(listed.exit == 0);
  REQUIRE_THAT(listed.out, Contains((*old)["keyId"].as_string()) && Contains((*fresh)["keyId"].as_string()));
  REQUIRE(run_depops({"keys", "rotate", "nobody", "--dir", scratch.path()}).exit == 1);
}

TEST_CASE("a public key that was made elsewhere is taken in with whose it is, and its secret is not needed") {
  const Scratch scratch;
  const auto key = signing::SecretKey::generate();
  const std::string open = scratch.file("release.pub", signing::to_text(key.public_key()) + "\n");
  const auto take_in = [&](const std::string& from) {
    return run_depops({"keys", "import", "hub", "--dir", scratch.path(), "--person", "hub", "--role", "hub-release",
                       "--public-key", from, "-o", "json"});
  };
  REQUIRE(take_in(scratch.path() + "/nothing.pub").exit == 1);
  REQUIRE(read_whole(scratch.path() + "/hub.pub.json").empty());
  const Ran ran = take_in(open);
  INFO(ran.err);
  REQUIRE(ran.exit == 0);
  const auto file = json::parse(read_whole(scratch.path() + "/hub.pub.json"));
  REQUIRE((*file)["keyId"].as_string() == key.id().str());
  REQUIRE((*file)["role"].as_string() == "hub-release");
  REQUIRE(take_in(open).exit == 1);  // never overwritten
}
