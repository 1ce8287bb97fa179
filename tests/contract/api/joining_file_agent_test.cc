#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <filesystem>

#include "shared/join/file_request.h"
#include "tests/contract/api/join_gate.h"
#include "tests/e2e/stage/program.h"
#include "tests/support/paths.h"

using namespace depops;
using namespace depops::tests;
using Catch::Contains;

// The real agent asks and is answered in files; it never speaks with the hub.
namespace {

// A machine without any network to the hub: its listener's address, and nobody there.
class Island {
 public:
  explicit Island(Gate& gate, const std::string& site = "osl-1") : gate_(gate), site_(site) {
    keep_token(gate.token(site));
  }

  void keep_token(const std::string& token) {
    std::filesystem::remove(file("token"));
    stage::write_file(file("token"), token + "\n");
    std::filesystem::permissions(file("token"), std::filesystem::perms(0600));
  }
  stage::Ran agent(std::vector<std::string> words) {
    words.insert(words.begin(), {test::bin_dir() + "/depops-agent", "join", "--directory", file("site")});
    std::filesystem::remove(file("log"));
    return stage::run({words, gate_.hub.directory().string(), file("log"), {}, {}});
  }
  stage::Ran ask(const std::string& to = "request") {
    return agent({"--hub", "https://127.0.0.1:1", "--site", site_, "--ca-digest", gate_.hub.door().authority().str(),
                  "--token-file", file("token"), "--request-file", file(to)});
  }
  // The courier's way to the hub and back.
  int carry(const std::string& request = "request", const std::string& answer = "answer") {
    const HttpAnswer said = gate_.hub.call("POST", "/api/v1/sites/" + site_ + "/join-requests", text(request));
    if (said.status < 300) put(answer, said.body);
    return said.status;
  }
  stage::Ran take(const std::string& answer = "answer") { return agent({"--answer", file(answer)}); }
  // Refused, with these words, and nothing of it was kept.
  void refuses(const std::string& why) {
    CHECK(take().status == 1);
    CHECK_THAT(said(), Contains(why));
    CHECK(is_untouched());
  }
  bool is_untouched() const {
    for (const char* name : {"agent.yaml", "tls.pem", "infra-ca.pem", "hub.pub", "trust-root"})
      if (std::filesystem::exists(file(std::string("site/") + name))) return false;
    return true;
  }
  std::string file(const std::string& name) const { return gate_.place(site_ + "-" + name); }
  std::string text(const std::string& name) const { return stage::read_file(file(name)); }
  void put(const std::string& name, const std::string& what) { stage::write_file(file(name), what); }
  std::string said() const { return text("log"); }

 private:
  Gate& gate_;
  std::string site_;
};

std::uint32_t mode_of(const std::string& path) {
  struct stat facts {};
  REQUIRE(::stat(path.c_str(), &facts) == 0);
  return facts.st_mode & 0777;
}

}  // namespace

TEST_CASE("joining by file: the agent asks and is answered in two files, and never speaks with the hub") {
  Gate gate;
  Island island(gate);
  const auto asked = island.ask();
  INFO(island.said());
  REQUIRE(asked.status == 0);
  CHECK(json::parse(asked.output).value()["words"].as_string().size() > 20);
  const std::string request = island.text("request");
  const std::string token = island.text("token");
  CHECK_THAT(request, !Contains(token.substr(0, token.size() - 1)) && !Contains("PRIVATE KEY") && !Contains("secret"));
  CHECK(mode_of(island.file("request")) == 0600);
  CHECK(island.is_untouched());
  CHECK(island.ask().status == 1);  // the file is there
  CHECK(island.text("request") == request);
  REQUIRE(island.carry() == 201);
  const auto taken = island.take();
  INFO(island.said());
  REQUIRE(taken.status == 0);
  CHECK(json::parse(taken.output).value()["settings"].as_string() == island.file("site/agent.yaml"));
  CHECK(mode_of(island.file("site/agent.yaml")) == 0600);
  CHECK_THAT(island.text("site/agent.yaml"), Contains("site: osl-1") && Contains("siteEpoch: 1"));
  CHECK_FALSE(std::filesystem::exists(island.file("site/join.pending")));
  CHECK(island.take().status == 1);  // the same answer once more
  CHECK_THAT(island.said(), Contains("a site joined from here already"));
  CHECK_THAT(gate.hub.metrics().text(), !Contains("operation=\"join\""));
}

TEST_CASE(
    "joining by file: an answer that is cut, changed, of another site or hub, or to an earlier request is refused") {
  Gate gate;
  Island island(gate);
  CHECK(island.take().status == 1);
  CHECK_THAT(island.said(), Contains("no request is under way here"));
  REQUIRE(island.ask("early").status == 0);
  REQUIRE(island.carry("early", "answer") == 201);
  REQUIRE(island.ask().status == 0);
  island.refuses("another request than the newest");
  std::filesystem::remove(island.file("answer"));
  island.refuses("can not be read");
  REQUIRE(island.carry() == 200);
  const std::string good = island.text("answer");
  const auto with = [&](const std::string& text, const std::string& why) {
    island.put("answer", text);
    island.refuses(why);
  };
  for (const std::size_t size : {std::size_t{1}, good.size() / 2, good.size() - 1})
    with(good.substr(0, size), "is no whole answer");
  with(std::string(3 * 1024 * 1024, 'x'), "longer than");
  join::FileAnswer forged = join::read_file_answer(good).value();
  forged.said.replace(forged.said.find("staging"), 7, "prodxxx");
  with(join::write(forged), "not what the hub signed");
  RunningHub fake{SitesJoin::yes};  // a real hub, with authorities of its own
  forged = join::read_file_answer(good).value();
  forged.authority = fake.door().joining().infra_ca;
  join::seal(forged, *fake.door().joining().seal);
  with(join::write(forged), "another authority");
  Island other(gate, "osl-2");
  REQUIRE(other.ask().status == 0);
  REQUIRE(other.carry() == 201);
  with(other.text("answer"), "is for site osl-2, not for osl-1");
  island.put("answer", good);
  CHECK(island.take().status == 0);
}

TEST_CASE("joining by file: broken off anywhere the same answer goes on, and an answer that ran out does not") {
  Gate gate;
  Island island(gate);
  REQUIRE(island.ask().status == 0);
  REQUIRE(island.carry() == 201);
  // As a crash leaves it that came before the settings.
  const join::Answer told = join::read_answer(join::read_file_answer(island.text("answer"))->said).value();
  island.put("site/infra-ca.pem", told.infra_ca);
  island.put("site/tls.pem", told.certificate);
  REQUIRE(island.take().status == 0);
  std::filesystem::remove(island.file("site/agent.yaml"));
  CHECK(island.take().status == 1);  // it was taken: the request counts no more
  CHECK_THAT(island.said(), Contains("no request is under way here"));
  // Sealed by the real hub, and over.
  std::filesystem::remove(island.file("request"));
  REQUIRE(island.ask().status == 0);
  REQUIRE(island.carry() == 200);
  join::FileAnswer late = join::read_file_answer(island.text("answer")).value();
  late.expires = late.issued - std::chrono::hours(5);
  join::seal(late, *gate.hub.door().joining().seal);
  island.put("answer", join::write(late));
  CHECK(island.take().status == 1);
  CHECK_THAT(island.said(), Contains("ran out 5 hours ago") && Contains("take the request to the hub again"));
  CHECK_FALSE(std::filesystem::exists(island.file("site/agent.yaml")));
}

TEST_CASE("renewing by file: the site's next certificate comes in a file, and is shown at the next start") {
  Gate gate;
  Island island(gate);
  REQUIRE(island.ask().status == 0);
  REQUIRE(island.carry() == 201);
  REQUIRE(island.take().status == 0);
  CHECK(island.agent({"--renew"}).status == 2);
  REQUIRE(island.agent({"--renew", "--request-file", island.file("renewal")}).status == 0);
  CHECK_THAT(island.text("renewal"), !Contains("PRIVATE KEY") && Contains("tlsProof"));
  REQUIRE(island.carry("renewal", "renewed") == 201);
  REQUIRE(island.agent({"--renew", "--answer", island.file("answer")}).status == 1);  // that one was to join
  CHECK_THAT(island.said(), Contains("another request than the newest"));
  const auto taken = island.agent({"--renew", "--answer", island.file("renewed")});
  INFO(island.said());
  REQUIRE(taken.status == 0);
  const auto next = x509::facts_of(island.text("site/state/tls/1.pem"));
  REQUIRE(next.ok());
  CHECK(next->public_der != x509::facts_of(island.text("site/tls.pem"))->public_der);
  CHECK(next->public_der == x509::PrivateKey::load(island.file("site/state/tls/1.key"))->public_der());
  CHECK(gate.leaves("certificate.issued") == 2);
}
