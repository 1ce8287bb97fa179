#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "hub/authority/file_authority.h"
#include "shared/clock/system_clock.h"
#include "shared/mqtt/mqtt_transport.h"
#include "shared/whole_file/whole_file.h"
#include "shared/x509/x509.h"
#include "tests/contract/transport/kinds.h"

// What becomes of connections when certificates, lists and authorities change under them: a real broker, real TLS.
namespace depops::test {
namespace {

constexpr Millis kDay = std::chrono::hours(24);

Instant now() { return clock::SystemClock().now().wall; }

std::string text_of(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

// The hub's office over the broker's authority of that name.
class Office {
 public:
  Office(const Mosquitto& broker, const std::string& authority)
      : broker_(broker),
        office_(
            hub::authority::FileAuthority::open(broker.file(authority + "-ca.pem"), broker.file(authority + "-ca.key"))
                .value()) {}

  // "<name>.pem" and "<name>.key", until then.
  void give(const std::string& name, Instant ends, char serial = '0') {
    const auto key = x509::PrivateKey::generate();
    std::filesystem::remove(broker_.file(name + ".key"));
    REQUIRE(key.save(broker_.file(name + ".key")).ok());
    const hub::CertificateTerms terms{SiteName(name), SiteEpoch(1), "4" + std::string(30, 'a') + serial, now() - kDay,
                                      ends};
    REQUIRE(whole_file::replace(broker_.file(name + ".pem"), office_->issue(key.request(name), terms).value()).ok());
  }
  void list(Instant issued, Instant next, const std::vector<hub::RevokedCertificate>& revoked = {}) {
    REQUIRE(whole_file::replace(broker_.file("sites.crl"), office_->revocations(revoked, issued, next).value()).ok());
  }

 private:
  const Mosquitto& broker_;
  std::unique_ptr<hub::authority::FileAuthority> office_;
};

// Our transport with a certificate of that name, and what it was told. The first word is told for every try that fails
// in a row.
struct Caller {
  Caller(const Mosquitto& broker, const std::string& name, bool hub = false, std::vector<std::string> topics = {}) {
    mqtt::MqttSettings settings;
    settings.url = broker.url(hub);
    settings.client_id = name;
    settings.ca = broker.file("infra-ca.pem");
    settings.certificate = broker.file(name + ".pem");
    settings.key = broker.file(name + ".key");
    settings.retry_max = Millis(500);
    transport = std::make_unique<mqtt::MqttTransport>(settings);
    transport->start(std::move(topics), seen.handlers());
  }
  ~Caller() { transport->stop(); }

  bool hears(bool connected, std::size_t from = 0) {
    return seen.wait([&](Seen& all) { return all.links.size() > from && all.links[from] == connected; }, [] {});
  }
  bool last(bool connected) {
    return seen.wait([&](Seen& all) { return !all.links.empty() && all.links.back() == connected; }, [] {});
  }

  Seen seen;
  std::unique_ptr<mqtt::MqttTransport> transport;
};

}  // namespace

TEST_CASE(
    "F33 a list of revoked certificates that ran out lets no site in, but the hub; a newer one lets them in again") {
  Mosquitto broker(true);
  Office office(broker, "sites");
  office.give("fra-1", now() + kDay);
  office.list(now() - 40 * kDay, now() - 10 * kDay);
  broker.start();
  Caller site(broker, "fra-1");
  Caller hub(broker, "hub", true);
  CHECK(site.hears(false));
  CHECK(hub.hears(true));
  office.list(now(), now() + 30 * kDay);
  broker.reload();
  CHECK(site.last(true));
}

TEST_CASE("F33 who is put on the list stays connected until somebody ends that, and then comes in no more") {
  Mosquitto broker(true);
  Office office(broker, "sites");
  office.give("fra-1", now() + kDay, '1');
  office.give("sin-1", now() + kDay, '2');
  office.list(now(), now() + 30 * kDay);
  broker.start();
  Caller site(broker, "fra-1");
  REQUIRE(site.hears(true));
  office.list(now(), now() + 30 * kDay, {{"4" + std::string(30, 'a') + "1", now()}});
  broker.reload();
  Caller other(broker, "sin-1");
  CHECK(other.hears(true));
  CHECK(site.transport->connected());  // the broker looks at the list when somebody connects
  // The hub takes the name over at its own door, as it does when a site is revoked.
  {
    mqtt::MqttSettings settings;
    settings.url = broker.url(true);
    settings.client_id = "fra-1";
    settings.ca = broker.file("infra-ca.pem");
    settings.certificate = broker.file("hub.pem");
    settings.key = broker.file("hub.key");
    mqtt::MqttTransport taking(settings);
    Seen seen;
    taking.start({}, seen.handlers());
    CHECK(site.hears(false, 1));
    taking.stop();
  }
  Caller again(broker, "fra-1");
  CHECK(again.hears(false));
}

TEST_CASE("F33 a certificate that runs out while connected ends nothing; the next connect needs another one") {
  Mosquitto broker;
  Office office(broker, "sites");
  const Instant end = now() + Millis(3'000);
  office.give("fra-1", end);
  broker.start();
  Caller hub(broker, "hub", true, {"depops/v1/fra-1/up/ev"});
  Caller site(broker, "fra-1");
  REQUIRE(hub.hears(true));
  REQUIRE(site.hears(true));
  REQUIRE(site.seen.wait([&](Seen&) { return now() > end + Millis(1'000); }, [] {}));
  REQUIRE(site.transport->publish({"depops/v1/fra-1/up/ev", "still here", false, 1}).ok());
  CHECK(hub.seen.wait([](Seen& all) { return all.count("still here") == 1; }, [] {}));
  site.transport->reconnect("to be asked for its certificate again");
  CHECK(site.hears(false, 1));
  Caller refused(broker, "fra-1");
  CHECK(refused.hears(false));
  office.give("fra-1", now() + kDay);  // the files are read again at every connect
  CHECK(site.last(true));
}

// The broker reads its authorities at its start only.
TEST_CASE(
    "F33 the sites' authority is rotated in mid-session: with both in the file everybody comes back, old or new") {
  Mosquitto broker;
  broker.make_authority("next");
  Office before(broker, "sites");
  Office after(broker, "next");
  before.give("fra-1", now() + kDay);
  after.give("sin-1", now() + kDay);
  broker.start();
  Caller site(broker, "fra-1");
  REQUIRE(site.hears(true));
  Caller early(broker, "sin-1");
  CHECK(early.hears(false));  // nobody knows the next authority yet
  const std::string next = text_of(broker.file("next-ca.pem"));
  const auto restart_with = [&](const std::string& authorities) {
    REQUIRE(whole_file::replace(broker.file("sites-ca.pem"), authorities).ok());
    broker.kill();
    REQUIRE(site.last(false));
    broker.start();
  };
  restart_with(text_of(broker.file("sites-ca.pem")) + next);
  CHECK(site.last(true));
  CHECK(early.last(true));
  after.give("fra-1", now() + kDay);  // it renewed meanwhile
  restart_with(next);
  CHECK(site.last(true));
  before.give("ams-1", now() + kDay);
  Caller late(broker, "ams-1");
  CHECK(late.hears(false));
}

}  // namespace depops::test
