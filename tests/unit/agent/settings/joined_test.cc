#include <stdlib.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "agent/settings/settings.h"

// A site whose settings come from elsewhere reads what the hub told it from the file that joining wrote.
namespace depops::agent::settings {
namespace {

const std::string kJoined =
    "site: fra-1\nenvironment: production\nsomething: else\n"
    "enrolment: {siteEpoch: 3, generation: 17, hubEpoch: 2, timeMs: 1800000000000}\n";

class JoinedSite {
 public:
  JoinedSite() {
    char name[] = "/tmp/depops-joined-XXXXXX";
    directory_ = mkdtemp(name);
    write("site.yaml", kJoined);
    settings("enrolment: {joined: site.yaml}");
  }
  ~JoinedSite() { std::filesystem::remove_all(directory_); }

  void write(const std::string& file, const std::string& text) const { std::ofstream(directory_ + "/" + file) << text; }
  void settings(const std::string& enrolment) const {
    write("agent.yaml",
          "site: fra-1\nenvironment: production\nstateDir: state\n"
          "broker: {url: \"mqtts://127.0.0.1:8883\", ca: ca.pem, cert: site.pem, key: site.key}\n"
          "hub: {artifactsUrl: \"https://127.0.0.1:9443\", ca: ca.pem}\n"
          "keys: {signing: signing.key, hub: hub.pub}\nrouter: none\n" +
              enrolment + "\n");
  }
  Result<Settings> load() const { return load_settings(directory_ + "/agent.yaml"); }
  std::string error() const {
    const auto settings = load();
    REQUIRE_FALSE(settings.ok());
    return settings.error().what;
  }
  std::string file(const std::string& name) const { return directory_ + "/" + name; }

 private:
  std::string directory_;
};

}  // namespace

TEST_CASE("what the hub told is read from the settings that joining wrote") {
  const auto settings = JoinedSite().load();
  REQUIRE(settings.ok());
  CHECK(settings->enrolment.site_epoch == SiteEpoch(3));
  CHECK(settings->enrolment.generation == Generation(17));
  CHECK(settings->enrolment.hub_epoch == HubEpoch(2));
  CHECK(settings->enrolment.time == Instant(std::chrono::seconds(1'800'000'000)));
}

TEST_CASE("settings of a site that has not joined, or of another one, are refused with file, place and remedy") {
  const JoinedSite site;
  const auto fails = [&](const std::string& joined, const std::string& words) {
    site.write("site.yaml", joined);
    CHECK_THAT(site.error(), Catch::Contains(site.file("agent.yaml") + ":8:12: joined: ") && Catch::Contains(words));
  };
  fails("site: sin-1\n" + kJoined.substr(kJoined.find('\n') + 1),
        "site.yaml:1:1: is of the site 'sin-1', not of 'fra-1': give this site a directory of its own");
  fails("site: fra-1\n", "'enrolment' is missing");
  fails("enrolment: {}\n", "'site' is missing");
  fails("site: fra-1\nenrolment: {epoch: 3}\n", "unknown key 'epoch' in enrolment");
  fails("site: fra-1\nenrolment: {generation: -1}\n", "generation '-1' must be a whole number");
  fails("just words\n", "must be a mapping");
  fails("site: [\n", "site.yaml:");
  fails(std::string((1U << 20) + 1, ' '), "larger than 1 MiB");
  std::filesystem::remove(site.file("site.yaml"));
  CHECK_THAT(site.error(), Catch::Contains("No such file") && Catch::Contains("it is what 'depops-agent join' writes"));
}

TEST_CASE("what the hub told stands in one place") {
  const JoinedSite site;
  site.settings("enrolment: {joined: site.yaml, siteEpoch: 3}");
  CHECK_THAT(site.error(), Catch::Contains("`joined` says all of it"));
}

}  // namespace depops::agent::settings
