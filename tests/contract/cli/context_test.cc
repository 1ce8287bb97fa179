#include <sys/stat.h>

#include <catch2/catch.hpp>

#include "tests/contract/cli/fixtures.h"
#include "tests/contract/cli/program.h"
#include "tests/contract/cli/scripted_hub.h"

using namespace depops::test;
using Catch::Contains;

namespace {

std::string token_seen(const ScriptedHub& hub) {
  const auto asked = hub.asked();
  if (asked.empty() || asked.back().headers.count("authorization") == 0) return "";
  return asked.back().headers.at("authorization");
}

}  // namespace

TEST_CASE("contexts are made, listed, used and deleted in a file of the owner alone") {
  const Scratch scratch;
  const Variables home{{"HOME", scratch.path()}};
  const std::string file = scratch.path() + "/.config/depops/config.yaml";
  const std::string token = scratch.file("token", "t-1\n");
  CHECK(run_depops({"context", "set", "local", "--hub", "http://127.0.0.1:1", "--token-file", token}, home).exit == 0);
  CHECK(run_depops({"context", "set", "other", "--hub", "http://127.0.0.1:2", "--token-stdin"}, home, "t-2\n").exit ==
        0);
  struct stat facts {};
  REQUIRE(::stat(file.c_str(), &facts) == 0);
  CHECK((facts.st_mode & 0777) == 0600);
  const Ran list = run_depops({"context", "list", "-o", "name"}, home);
  CHECK(list.out == "context/local\ncontext/other\n");
  CHECK_THAT(run_depops({"context", "list"}, home).out, !Contains("t-2"));
  CHECK(run_depops({"context", "use", "other"}, home).exit == 0);
  CHECK(run_depops({"context", "use", "nowhere"}, home).exit == 5);
  CHECK(run_depops({"context", "delete", "local"}, home).exit == 0);
  CHECK(run_depops({"context", "delete", "local"}, home).exit == 5);
}

TEST_CASE("a flag wins over a variable, that over DEPOPS_CONFIG, that over the user's file") {
  ScriptedHub hub;
  hub.on("GET /api/v1/sites", {200, kSites, {}});
  const Scratch scratch;
  Variables around{{"HOME", scratch.path()}};
  const auto token = [&scratch](const std::string& name) { return scratch.file(name, name + "\n"); };
  const auto seen = [&](std::vector<std::string> more = {}) {
    more.insert(more.begin(), {"get", "sites"});
    CHECK(run_depops(more, around).exit == 0);
    return token_seen(hub);
  };
  CHECK(run_depops({"context", "set", "user", "--hub", hub.address(), "--token-file", token("by-user")}, around).exit ==
        0);
  CHECK(seen() == "Bearer by-user");
  around["DEPOPS_CONFIG"] = scratch.path() + "/project.yaml";
  CHECK(seen() == "Bearer by-user");
  CHECK(run_depops({"context", "set", "project", "--hub", hub.address(), "--token-file", token("by-config")}, around)
            .exit == 0);
  CHECK(seen() == "Bearer by-config");
  CHECK(seen({"--context", "user"}) == "Bearer by-user");
  around["DEPOPS_TOKEN_FILE"] = token("by-variable");
  CHECK(seen() == "Bearer by-variable");
  CHECK(seen({"--token-file", token("by-flag")}) == "Bearer by-flag");
}

TEST_CASE("a context file that others can read is refused if it holds a token") {
  const Scratch scratch;
  const std::string file =
      scratch.file("c.yaml", "current: a\ncontexts: {a: {hub: 'http://127.0.0.1:1', token: secret}}\n");
  REQUIRE(::chmod(file.c_str(), 0644) == 0);
  const Ran open = run_depops({"get", "sites"}, {{"DEPOPS_CONFIG", file}});
  CHECK(open.exit == 1);
  CHECK_THAT(open.err, Contains("chmod 600") && !Contains("secret"));
  const Ran broken = run_depops({"get", "sites"}, {{"DEPOPS_CONFIG", scratch.file("b.yaml", "a: [")}});
  CHECK(broken.exit == 1);
  CHECK_THAT(broken.err, Contains("b.yaml"));
}

TEST_CASE("a token does not travel over plain HTTP to another machine") {
  const Scratch scratch;
  const Ran ran =
      run_depops({"get", "sites", "--hub", "http://hub.example:80", "--token-file", scratch.file("t", "abc\n")});
  CHECK(ran.exit == 2);
  CHECK_THAT(ran.err, Contains("use https"));
}

TEST_CASE("no colour and no escape sequence where there is no terminal") {
  ScriptedHub hub;
  hub.on("GET /api/v1/sites", {200, R"({"items":[{"name":"a\u001b[31mb","environment":"x\ny"}]})", {}});
  const Ran ran = run_depops({"get", "sites"}, {{"DEPOPS_HUB", hub.address()}, {"TERM", "xterm"}});
  CHECK(ran.out.find('\x1b') == std::string::npos);
  CHECK_THAT(ran.out, Contains("a [31mb  x y"));
}
