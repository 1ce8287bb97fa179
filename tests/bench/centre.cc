#include "tests/bench/centre.h"

#include <poll.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "hub/authority/file_authority.h"
#include "shared/clock/system_clock.h"
#include "shared/json/parse.h"
#include "shared/json/write.h"
#include "shared/x509/x509.h"
#include "tests/support/paths.h"

namespace depops::bench {
namespace {

constexpr auto kReadyWithin = std::chrono::seconds(30);
constexpr std::size_t kLogTail = 2'000;
constexpr Millis kDay = std::chrono::hours(24);

std::string make_directory() {
  // On the disk that figures are about: /tmp may be in memory.
  std::string name = "/var/tmp/depops-bench-XXXXXX";
  if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no directory of its own in /var/tmp");
  return name;
}

// A thousand agents are some thousand files, and the broker inherits the bound.
void allow_many_files() {
  rlimit files{};
  ::getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &files);
}

std::string hex_of(const signing::PublicKey& key) {
  return signing::to_hex({reinterpret_cast<const char*>(key.bytes().data()), key.bytes().size()});
}

}  // namespace

Centre::Centre() : directory_(make_directory()) {
  allow_many_files();
  broker_.start();
  authority_ = hub::authority::FileAuthority::open(broker_.file("sites-ca.pem"), broker_.file("sites-ca.key")).value();
  api_port_ = test::free_port();
  write_settings();
  const std::string made = directory_ + "/init.json";
  const std::string program = test::bin_dir() + "/depops-hub";
  test::run({program, "init", "--config", directory_ + "/hub.yaml"}, made);
  token_ = json::parse(test::text_of_file(made)).value()["adminToken"].as_string();
  hub_key_ = signing::load_public_key(directory_ + "/hub/release.pub").value();
  start_hub();
}

Centre::~Centre() {
  hub_.end();
  broker_.kill();
  std::error_code ignored;
  std::filesystem::remove_all(directory_, ignored);
}

void Centre::write_settings() {
  std::filesystem::create_directory(directory_ + "/hub");
  std::ofstream(directory_ + "/hub.yaml")
      << "stateDir: hub\napi: {listen: \"127.0.0.1:" << api_port_ << "\"}\nbroker:\n  url: " << broker_.url(true)
      << "\n  ca: " << broker_.file("infra-ca.pem") << "\n  cert: " << broker_.file("hub.pem")
      << "\n  key: " << broker_.file("hub.key") << "\n";
}

void Centre::start_hub() {
  const std::string log = directory_ + "/hub.log";
  hub_ = test::Child({test::bin_dir() + "/depops-hub", "run", "--config", directory_ + "/hub.yaml"}, log);
  const auto deadline = std::chrono::steady_clock::now() + kReadyWithin;
  while (!test::listens(api_port_) || connect()->call("GET", "/readyz", "").status != 200) {
    if (!hub_.running() || std::chrono::steady_clock::now() > deadline)
      throw std::runtime_error("the hub is not ready: " + test::text_of_file(log));
    ::poll(nullptr, 0, 20);
  }
}

std::string Centre::logs() const {
  std::string out;
  for (const std::string& file : {directory_ + "/hub.log", broker_.file("broker.log")}) {
    const std::string text = test::text_of_file(file);
    out += "\n" + file + ":\n" + text.substr(text.size() - std::min(text.size(), kLogTail));
  }
  return out;
}

void Centre::add_site(Api& api, const std::string& name, const std::string& environment,
                      const signing::PublicKey& key) {
  const auto tls = x509::PrivateKey::generate();
  if (const auto saved = tls.save(broker_.file(name + ".key")); !saved) throw std::runtime_error(saved.error().what);
  const auto now = clock::SystemClock().now().wall;
  const std::string serial = "4" + signing::to_hex(signing::random_bytes(16)).substr(1);
  const hub::CertificateTerms terms{SiteName(name), SiteEpoch(1), serial, now - kDay, now + kDay};
  const auto made = authority_->issue(tls.request(name), terms);
  if (!made) throw std::runtime_error(made.error().what);
  std::ofstream(broker_.file(name + ".pem")) << *made;
  json::Value site;
  site.add("name", name).add("environment", environment).add("signingKey", hex_of(key));
  api.must("POST", "/api/v1/sites", json::write(site));
}

mqtt::MqttSettings Centre::site_client(const std::string& site) const {
  mqtt::MqttSettings out;
  out.url = broker_.url(false);
  out.client_id = site;
  out.ca = broker_.file("infra-ca.pem");
  out.certificate = broker_.file(site + ".pem");
  out.key = broker_.file(site + ".key");
  out.session_expiry_s = 60;
  out.receive_maximum = 16;
  return out;
}

mqtt::MqttSettings Centre::hub_client(const std::string& client_id) const {
  mqtt::MqttSettings out;
  out.url = broker_.url(true);
  out.client_id = client_id;
  out.ca = broker_.file("infra-ca.pem");
  out.certificate = broker_.file("hub.pem");
  out.key = broker_.file("hub.key");
  return out;
}

}  // namespace depops::bench
