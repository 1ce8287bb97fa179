#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <filesystem>

#include "shared/json/parse.h"
#include "tests/contract/cli/program.h"
#include "tests/contract/cli/scripted_hub.h"

using namespace depops::test;
using Catch::Contains;

namespace {

const std::string kToken = "dpj_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
const std::string kDigest = "sha256:" + std::string(64, 'a');
const std::string kMade = R"({"site":"osl-1","environment":"staging","siteEpoch":1,"token":")" + kToken +
                          R"(","expiresAt":"2026-11-26T07:00:00.000Z","hubUrl":"https://hub:8482","caDigest":")" +
                          kDigest + "\"}";
const std::string kPath = "POST /api/v1/sites/osl-1/join-tokens";

struct Office {
  Office() { hub.on(kPath, {201, kMade, {}}); }
  Ran run(std::vector<std::string> words) { return run_depops(words, {{"DEPOPS_HUB", hub.address()}}); }
  depops::json::Value asked() { return *depops::json::parse(hub.asked(kPath).back().body); }

  ScriptedHub hub;
  Scratch scratch;
};

}  // namespace

TEST_CASE("site enroll prints one command to run at the site, and the token beside it, never in it") {
  Office office;
  const Ran ran = office.run({"site", "enroll", "osl-1", "--environment", "staging", "--ttl", "30m"});
  INFO(ran.err);
  REQUIRE(ran.exit == 0);
  CHECK(ran.out == kToken + "\ndepops-agent join --hub https://hub:8482 --site osl-1 --ca-digest " + kDigest +
                       " --token-file osl-1.token --directory /etc/depops-agent\n");
  CHECK_THAT(ran.err, !Contains(kToken));
  CHECK(office.asked()["ttlSeconds"].as_int() == 1'800);
  CHECK(office.asked()["environment"].as_string() == "staging");
  CHECK(office.asked()["anew"].is_null());
}

TEST_CASE("site enroll --token-file writes the token for its owner alone, and says it nowhere else") {
  Office office;
  const std::string file = office.scratch.path() + "/token";
  for (const std::string format : {"table", "json"}) {
    std::filesystem::remove(file);
    const Ran ran = office.run({"site", "enroll", "osl-1", "--token-file", file, "-o", format});
    INFO(ran.err);
    REQUIRE(ran.exit == 0);
    CHECK(read_whole(file) == kToken + "\n");
    struct stat facts {};
    REQUIRE(::stat(file.c_str(), &facts) == 0);
    CHECK((facts.st_mode & 0777) == 0600);
    CHECK_THAT(ran.out, Contains("--token-file " + file) && !Contains(kToken));
    CHECK_THAT(ran.err, !Contains(kToken));
  }
}

TEST_CASE("site enroll makes no token that it could not write, and takes no lifetime that is none") {
  Office office;
  const std::string file = office.scratch.file("token", "somebody's\n");
  CHECK(office.run({"site", "enroll", "osl-1", "--token-file", file}).exit == 1);
  CHECK(read_whole(file) == "somebody's\n");
  CHECK(office.run({"site", "enroll", "osl-1", "--ttl", "soon"}).exit == 2);
  CHECK(office.hub.asked(kPath).empty());
}

TEST_CASE("site enroll --request has a file answered by the hub, makes no token, and writes over nothing") {
  Office office;
  const std::string path = "POST /api/v1/sites/osl-1/join-requests";
  const std::string sealed = R"({"site":"osl-1","request":")" + kDigest + R"(","said":"{}","signature":"AAAA"})";
  office.hub.on(path, {201, sealed, {}});
  const std::string request = office.scratch.file("request", R"({"site":"osl-1","tokenProof":"sha256:1"})");
  const std::string answer = office.scratch.path() + "/answer";
  const Ran ran = office.run({"site", "enroll", "osl-1", "--request", request, "--answer", answer});
  INFO(ran.err);
  REQUIRE(ran.exit == 0);
  CHECK(ran.out == "depops-agent join --answer " + answer + " --directory /etc/depops-agent\n");
  CHECK(read_whole(answer) == sealed + "\n");
  struct stat facts {};
  REQUIRE(::stat(answer.c_str(), &facts) == 0);
  CHECK((facts.st_mode & 0777) == 0600);
  CHECK(office.hub.asked(path).back().body == read_whole(request));
  const Ran again = office.run({"site", "enroll", "osl-1", "--request", request, "--answer", answer});
  CHECK(again.exit == 1);
  CHECK_THAT(again.err, Contains("is there already"));
  const std::string other = office.scratch.path() + "/other";
  CHECK(office.run({"site", "enroll", "osl-1", "--request", request}).exit == 2);
  CHECK(office.run({"site", "enroll", "osl-1", "--answer", other}).exit == 2);
  const std::string cut = office.scratch.file("cut", R"({"site":"osl)");
  const Ran broken = office.run({"site", "enroll", "osl-1", "--request", cut, "--answer", other});
  CHECK(broken.exit == 2);
  CHECK_THAT(broken.err, Contains("no whole request") && Contains("carry it here again"));
  const std::string renewal = office.scratch.file("renewal", R"({"tlsProof":"AAAA"})");
  CHECK(office.run({"site", "enroll", "osl-1", "--request", renewal, "--answer", other}).out ==
        "depops-agent join --renew --answer " + other + " --directory /etc/depops-agent\n");
  CHECK(office.hub.asked(kPath).empty());
  office.hub.on(path, problem(409, "blocked", "a person must admit this site"));
  const Ran waits =
      office.run({"site", "enroll", "osl-1", "--request", request, "--answer", office.scratch.path() + "/third"});
  CHECK(waits.exit == 6);
  CHECK_FALSE(std::filesystem::exists(office.scratch.path() + "/third"));
}

TEST_CASE("site reenroll says that the identity so far ends") {
  Office office;
  const Ran ran = office.run({"site", "reenroll", "osl-1"});
  REQUIRE(ran.exit == 0);
  CHECK(office.asked()["anew"].as_bool());
}

TEST_CASE("site revoke and cordon need a reason, and say what is left to do; describe says who the site is") {
  Office office;
  const std::string site =
      R"({"name":"osl-1","environment":"staging","labels":{},"connectivity":"offline","health":"unknown","generation":)"
      R"({"signed":1,"held":1},"services":[],"siteEpoch":2,"keyWords":"acid acorn actor adobe agent album",)"
      R"("certificate":{"serial":"4a","endsAt":"2026-12-03T07:00:00.000Z"},"revoked":{"at":"2026-11-26T07:00:00.000Z",)"
      R"("by":"admin","reason":"stolen"},"leftToDo":"send the broker SIGHUP"})";
  const std::string path = "/api/v1/sites/osl-1";
  for (const char* verb : {"revocation", "cordon", "uncordon"})
    office.hub.on("POST " + path + "/" + verb, {200, site, {}});
  office.hub.on("GET " + path, {200, site, {}});
  CHECK(office.run({"site", "revoke", "osl-1"}).exit == 2);
  CHECK(office.run({"site", "cordon", "osl-1"}).exit == 2);
  const Ran revoked = office.run({"site", "revoke", "osl-1", "--reason", "stolen"});
  CHECK(revoked.exit == 0);
  CHECK_THAT(revoked.err, Contains("left to do: send the broker SIGHUP"));
  CHECK(office.hub.asked("POST " + path + "/revocation").back().body == R"({"reason":"stolen"})");
  CHECK(office.run({"site", "cordon", "osl-1", "--reason", "works"}).exit == 0);
  CHECK(office.run({"site", "uncordon", "osl-1"}).exit == 0);
  CHECK(office.hub.asked("POST " + path + "/uncordon").back().body == "{}");
  const Ran shown = office.run({"site", "describe", "osl-1"});
  CHECK(shown.exit == 0);
  CHECK_THAT(shown.out, Contains("acid acorn actor adobe agent album") && Contains("until 2026-12-03") &&
                            Contains("by admin") && Contains("depops site reenroll osl-1"));
}

TEST_CASE("joining needs a token in a file of its own, an https hub, a digest and a name") {
  const Scratch scratch;
  const std::string token = scratch.file("token", kToken + "\n");
  const auto join = [&](const std::string& hub, const std::string& site, const std::string& digest,
                        const std::string& file) {
    return run_program("depops-agent", {"join", "--hub", hub, "--site", site, "--ca-digest", digest, "--token-file",
                                        file, "--directory", scratch.path() + "/site"});
  };
  std::filesystem::permissions(token, std::filesystem::perms(0644));
  const Ran open = join("https://127.0.0.1:1", "osl-1", kDigest, token);
  CHECK(open.exit == 1);
  CHECK_THAT(open.err, Contains("0600") && !Contains(kToken));
  std::filesystem::permissions(token, std::filesystem::perms(0600));
  CHECK(join("http://127.0.0.1:1", "osl-1", kDigest, token).exit == 2);
  CHECK(join("https://127.0.0.1:1", "site-a/up", kDigest, token).exit == 2);
  CHECK(join("https://127.0.0.1:1", "osl-1", "sha256:short", token).exit == 2);
  CHECK(join("https://127.0.0.1:1", "osl-1", kDigest, scratch.path() + "/none").exit == 1);
  CHECK_FALSE(std::filesystem::exists(scratch.path() + "/site"));
  const Ran away = join("https://127.0.0.1:1", "osl-1", kDigest, token);
  CHECK(away.exit == 6);
  CHECK_THAT(away.err, Contains("nothing was sent") && !Contains(kToken));
}

TEST_CASE("joining takes no directory in which somebody else's files are") {
  const Scratch scratch;
  const std::string token = scratch.file("token", kToken + "\n");
  std::filesystem::permissions(token, std::filesystem::perms(0600));
  std::filesystem::create_directory(scratch.path() + "/site");
  scratch.file("site/tls.pem", "precious\n");
  const Ran ran =
      run_program("depops-agent", {"join", "--hub", "https://127.0.0.1:1", "--site", "osl-1", "--ca-digest", kDigest,
                                   "--token-file", token, "--directory", scratch.path() + "/site"});
  CHECK(ran.exit == 1);
  CHECK_THAT(ran.err, Contains("tls.pem") && Contains("empty directory"));
  CHECK(read_whole(scratch.path() + "/site/tls.pem") == "precious\n");
  CHECK_FALSE(std::filesystem::exists(scratch.path() + "/site/tls.key"));
}
