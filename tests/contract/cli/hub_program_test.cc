#include <catch2/catch.hpp>
#include <filesystem>

#include "hub/broker/configuration.h"
#include "tests/contract/cli/program.h"

using namespace depops;
using namespace depops::test;
using Catch::Contains;

namespace {

// The settings of a hub in `scratch`; `broker` is that section.
std::string settings_in(const Scratch& scratch, const std::string& broker) {
  return scratch.file("hub.yaml", "stateDir: state\nsites:\n  clientsCa: sites-ca.pem\n" + broker);
}

const std::string kBroker = "broker:\n  url: mqtts://127.0.0.1:4884\n  ca: infra-ca.pem\n";

}  // namespace

TEST_CASE("depops-hub broker-config writes the configuration that hub/broker decides, and prints where it lies") {
  const Scratch scratch;
  const std::string folder = scratch.path() + "/broker";
  const Ran ran = run_program(
      "depops-hub", {"broker-config", "--config", settings_in(scratch, kBroker), "--directory", folder, "--certificate",
                     scratch.path() + "/broker.pem", "--key", scratch.path() + "/broker.key", "--sites-port", "4883"});
  INFO(ran.err);
  REQUIRE(ran.exit == 0);
  CHECK(ran.out == folder + "/mosquitto.conf\n");
  hub::BrokerSettings expected;
  expected.directory = folder;
  expected.sites_port = 4883;
  expected.hub_port = 4884;
  expected.sites_ca = scratch.path() + "/sites-ca.pem";
  expected.infra_ca = scratch.path() + "/infra-ca.pem";
  expected.certificate = scratch.path() + "/broker.pem";
  expected.key = scratch.path() + "/broker.key";
  CHECK(read_whole(folder + "/mosquitto.conf") == hub::broker_configuration(expected));
  CHECK(read_whole(folder + "/sites.acl") == hub::sites_access_list());
  CHECK(read_whole(folder + "/hub.acl") == hub::hub_access_list(expected));
}

TEST_CASE("depops-hub broker-config says what the settings lack, and writes nothing") {
  const Scratch scratch;
  const std::string folder = scratch.path() + "/broker";
  const std::vector<std::string> rest{"--directory", folder, "--certificate", "broker.pem", "--key", "broker.key"};
  const auto with = [&](const std::string& broker) {
    std::vector<std::string> words{"broker-config", "--config", settings_in(scratch, broker)};
    words.insert(words.end(), rest.begin(), rest.end());
    return run_program("depops-hub", words);
  };
  CHECK_THAT(with("broker:\n  url: mqtts://127.0.0.1\n  ca: infra-ca.pem\n").err,
             Contains("names no port for the hub"));
  CHECK_THAT(with("broker:\n  url: mqtts://127.0.0.1:4884\n").err, Contains("broker.ca is missing"));
  CHECK_THAT(with("broker: {url: \"mqtts://a:1\", urls: [\"mqtts://b:1\"]}\n").err, Contains("give one of them"));
  CHECK_THAT(with("broker: {urls: [\"mqtts://a:1\", \"mqtts://a:1\"]}\n").err, Contains("stands there twice"));
  CHECK_FALSE(std::filesystem::exists(folder));
}

TEST_CASE(
    "depops-hub init --make-ca makes the authority of sites where the settings say, its key for the owner alone") {
  const Scratch scratch;
  const std::string without = scratch.file("none.yaml", "stateDir: none\n");
  const Ran nowhere = run_program("depops-hub", {"init", "--make-ca", "--config", without});
  CHECK(nowhere.exit == 1);
  CHECK_THAT(nowhere.err, Contains("sites: {ca:"));
  const std::string settings =
      scratch.file("hub.yaml", "stateDir: state\nsites: {ca: {cert: tls/sites-ca.pem, key: tls/sites-ca.key}}\n");
  const Ran made = run_program("depops-hub", {"init", "--make-ca", "--config", settings});
  INFO(made.err);
  REQUIRE(made.exit == 0);
  CHECK_THAT(read_whole(scratch.path() + "/tls/sites-ca.pem"), Contains("BEGIN CERTIFICATE"));
  const auto mode = std::filesystem::status(scratch.path() + "/tls/sites-ca.key").permissions();
  CHECK(mode == (std::filesystem::perms::owner_read | std::filesystem::perms::owner_write));
  // A second time nothing is replaced.
  const std::string key = read_whole(scratch.path() + "/tls/sites-ca.key");
  CHECK(run_program("depops-hub", {"init", "--make-ca", "--config", settings}).exit == 1);
  CHECK(read_whole(scratch.path() + "/tls/sites-ca.key") == key);
}

TEST_CASE("depops-hub says what it lacks to let sites join") {
  const Scratch scratch;
  const std::string settings = scratch.file("hub.yaml", "stateDir: state\nsites: {join: {listen: \"127.0.0.1:0\"}}\n");
  const Ran ran = run_program("depops-hub", {"run", "--config", settings});
  CHECK(ran.exit == 1);
  CHECK_THAT(ran.err, Contains("sites.ca.cert") && Contains("sites.join.brokerUrl"));
}
