#include "tests/contract/transport/mosquitto.h"

#include <poll.h>
#include <signal.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>

#include "hub/broker/configuration.h"

namespace depops::test {
namespace {

// A private broker directory belongs to us; Debian's mosquitto lies where users do not look.
std::string binary() { return std::filesystem::exists("/usr/sbin/mosquitto") ? "/usr/sbin/mosquitto" : "mosquitto"; }

}  // namespace

Mosquitto::Mosquitto(bool with_list) {
  char name[] = "/tmp/depops-broker-XXXXXX";
  if (::mkdtemp(name) == nullptr) throw std::runtime_error("no directory of its own in /tmp for a broker");
  directory_ = name;
  make_authority("infra");
  make_authority("sites");
  issue("infra", "broker");
  issue("infra", "hub");
  issue("sites", "fra-1");
  issue("sites", "sin-1");
  hub::BrokerSettings settings;
  settings.directory = directory_ + "/broker";
  settings.sites_port = sites_port_ = free_port();
  settings.hub_port = hub_port_ = free_port();
  settings.sites_ca = file("sites-ca.pem");
  settings.infra_ca = file("infra-ca.pem");
  settings.certificate = file("broker.pem");
  settings.key = file("broker.key");
  if (with_list) settings.sites_crl = file("sites.crl");
  configuration_ = hub::write_broker_configuration(settings).value();
}

Mosquitto::~Mosquitto() {
  kill();
  std::filesystem::remove_all(directory_);
}

void Mosquitto::make_authority(const std::string& name) {
  run({"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
       "-subj", "/CN=" + name, "-keyout", file(name + "-ca.key"), "-out", file(name + "-ca.pem")},
      file("openssl.log"));
}

void Mosquitto::issue(const std::string& authority, const std::string& name) {
  run({"openssl",
       "req",
       "-x509",
       "-newkey",
       "ec",
       "-pkeyopt",
       "ec_paramgen_curve:P-256",
       "-nodes",
       "-days",
       "2",
       "-subj",
       "/CN=" + name,
       "-addext",
       "subjectAltName=IP:127.0.0.1",
       "-addext",
       "basicConstraints=critical,CA:FALSE",
       "-CA",
       file(authority + "-ca.pem"),
       "-CAkey",
       file(authority + "-ca.key"),
       "-keyout",
       file(name + ".key"),
       "-out",
       file(name + ".pem")},
      file("openssl.log"));
}

void Mosquitto::start() {
  broker_ = Child({binary(), "-c", configuration_}, file("broker.log"));
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (!listens(sites_port_) || !listens(hub_port_)) {
    if (!broker_.running() || std::chrono::steady_clock::now() > deadline)
      throw std::runtime_error("the broker does not listen: " + text_of_file(file("broker.log")));
    ::poll(nullptr, 0, 20);
  }
}

void Mosquitto::reload() {
  if (::kill(broker_.pid(), SIGHUP) != 0) throw std::runtime_error("the broker is not there to be told");
}

void Mosquitto::kill() { broker_.kill(); }

std::string Mosquitto::url(bool hub) const {
  return "mqtts://127.0.0.1:" + std::to_string(hub ? hub_port_ : sites_port_);
}

}  // namespace depops::test
