#include <catch2/catch.hpp>
#include <filesystem>

#include "tests/contract/api/join_gate.h"
#include "tests/e2e/stage/program.h"
#include "tests/support/paths.h"

using namespace depops;
using namespace depops::tests;
using Catch::Contains;

// The real agent joins the hub's own loop, store and joining listener.
namespace {

stage::Ran run_agent_join(const Gate& gate, const std::string& directory, std::uint16_t port, const Digest& digest,
                          const std::string& site, const std::map<std::string, std::string>& variables = {}) {
  return stage::run(
      {{test::bin_dir() + "/depops-agent", "join", "--hub", "https://127.0.0.1:" + std::to_string(port), "--site", site,
        "--ca-digest", digest.str(), "--token-file", gate.place("token"), "--directory", directory},
       gate.hub.directory().string(),
       gate.place("agent.log"),
       variables,
       {}});
}

// At the sites' listener its certificate lets it in, though it names no address of the machine; without one nobody gets
// in.
void fetch_artifacts(Gate& gate, const std::string& directory) {
  const Door& door = gate.hub.door();
  const auto server = hub::api_http::Server::for_sites(
      {"127.0.0.1", 0}, {door.file("hub.pem"), door.file("hub.key"), door.file("sites-ca.pem")}, gate.hub.backend());
  REQUIRE(server.ok());
  const std::string url = "https://127.0.0.1:" + std::to_string(server.value()->port()) + "/api/v1/artifacts/" +
                          gate.hub.upload("some bytes").str();
  const auto curl = [&](std::vector<std::string> words) {
    words.insert(words.begin(), {"curl", "--silent", "--cacert", door.file("infra-ca.pem"), url});
    return stage::run({words, gate.hub.directory().string(), gate.place("curl.log"), {}, {}});
  };
  const auto with = curl({"--cert", directory + "/tls.pem", "--key", directory + "/tls.key"});
  CHECK(with.status == 0);
  CHECK(with.output == "some bytes");
  CHECK(curl({}).status != 0);
  // A certificate of the infrastructure is none of a site.
  CHECK(curl({"--cert", door.file("broker.pem"), "--key", door.file("broker.key")}).status != 0);
}

void keep_token(const Gate& gate, const std::string& token) {
  stage::write_file(gate.place("token"), token + "\n");
  std::filesystem::permissions(gate.place("token"), std::filesystem::perms(0600));
}

}  // namespace

TEST_CASE("A8 joining: the agent says nothing to a hub that does not show the pinned authority, trusted or not") {
  Gate gate;
  RunningHub fake{SitesJoin::yes};  // a real hub, with authorities of its own
  keep_token(gate, gate.token("osl-1"));
  const Digest pinned = gate.hub.door().authority();
  const auto tries = [&](std::uint16_t port, const std::map<std::string, std::string>& variables) {
    const auto ran = run_agent_join(gate, gate.place("site"), port, pinned, "osl-1", variables);
    CHECK(ran.status == 6);
    CHECK(ran.output.empty());
    CHECK_FALSE(std::filesystem::exists(gate.place("site/agent.yaml")));
    CHECK_FALSE(std::filesystem::exists(gate.place("site/tls.pem")));
    CHECK_THAT(stage::read_file(gate.place("agent.log")), Contains("nothing was sent") && Contains(pinned.str()));
  };
  SECTION("an authority nobody knows") { tries(fake.join_port(), {}); }
  SECTION("an authority the whole system trusts, as a public one") {
    tries(fake.join_port(), {{"SSL_CERT_FILE", fake.door().file("infra-ca.pem")}});
  }
  SECTION("the pinned authority shown beside a certificate that it did not sign") {
    hub::api_http::JoinTls tls = fake.door().tls();
    tls.authority = gate.hub.door().file("infra-ca.pem");
    auto mixed = hub::api_http::Server::for_joining({"127.0.0.1", 0}, tls, fake.backend());
    REQUIRE(mixed.ok());
    tries(mixed.value()->port(), {});
  }
  CHECK_THAT(fake.metrics().text(), !Contains("operation=\"join\""));
}

TEST_CASE("joining: the agent writes what it needs to run, once, and never over what is there") {
  Gate gate;
  keep_token(gate, gate.token("osl-1"));
  const Digest pinned = gate.hub.door().authority();
  const std::string directory = gate.place("site");
  const auto ran = run_agent_join(gate, directory, gate.hub.join_port(), pinned, "osl-1");
  INFO(stage::read_file(gate.place("agent.log")));
  REQUIRE(ran.status == 0);
  CHECK(json::parse(ran.output).value()["settings"].as_string() == directory + "/agent.yaml");
  for (const char* name : {"tls.key", "site.key", "tls.pem", "agent.yaml"}) {
    INFO(name);
    CHECK((std::filesystem::status(directory + "/" + name).permissions() & std::filesystem::perms(077)) ==
          std::filesystem::perms::none);
  }
  fetch_artifacts(gate, directory);
  const std::string settings = stage::read_file(directory + "/agent.yaml");
  CHECK_THAT(settings, Contains("site: osl-1") && Contains("mqtts://127.0.0.1:8883") && Contains("siteEpoch: 1") &&
                           Contains("timeMs: 1"));
  const auto again = run_agent_join(gate, directory, gate.hub.join_port(), pinned, "osl-1");
  CHECK(again.status == 1);
  CHECK(stage::read_file(directory + "/agent.yaml") == settings);
  // A join that broke off before the end goes on with the keys it made.
  std::filesystem::remove(directory + "/agent.yaml");
  const std::string key = stage::read_file(directory + "/tls.key");
  CHECK(run_agent_join(gate, directory, gate.hub.join_port(), pinned, "osl-1").status == 0);
  CHECK(stage::read_file(directory + "/tls.key") == key);
  const auto but_the_time = [](const std::string& text) { return text.substr(0, text.find("timeMs: ")); };
  CHECK(but_the_time(stage::read_file(directory + "/agent.yaml")) == but_the_time(settings));
  CHECK(gate.leaves("site.enrolled") == 1);
}
