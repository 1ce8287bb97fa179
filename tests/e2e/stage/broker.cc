#include "tests/e2e/stage/broker.h"

#include <signal.h>

#include <filesystem>
#include <utility>

#include "hub/authority/file_authority.h"
#include "hub/broker/configuration.h"
#include "shared/clock/system_clock.h"
#include "tests/e2e/stage/stage.h"

namespace depops::stage {
namespace {

constexpr Seconds kBrokerUp{30};

// Debian's mosquitto lies where users do not look.
std::string mosquitto() { return std::filesystem::exists("/usr/sbin/mosquitto") ? "/usr/sbin/mosquitto" : "mosquitto"; }

}  // namespace

Broker::Broker(std::string folder, std::string log, Ports& ports, const Certificates& papers, std::string revocations,
               std::string address)
    : folder_(std::move(folder)),
      log_(std::move(log)),
      papers_(&papers),
      revocations_(std::move(revocations)),
      address_(std::move(address)),
      sites_port_(ports.take()),
      hub_port_(ports.take()) {}

bool Broker::run() {
  hub::BrokerSettings settings;
  settings.directory = folder_;
  settings.host = address_;
  settings.sites_port = sites_port_;
  settings.hub_port = hub_port_;
  settings.sites_ca = papers_->file("sites-ca.pem");
  settings.infra_ca = papers_->file("infra-ca.pem");
  settings.certificate = papers_->file("broker.pem");
  settings.key = papers_->file("broker.key");
  if (!revocations_.empty()) {
    begin_revocations();
    settings.sites_crl = revocations_;
    settings.pid_file = pid_file();
  }
  const auto configuration = hub::write_broker_configuration(settings);
  if (!configuration.ok()) throw Trouble("broker: " + configuration.error().what);
  program_ = Program({{mosquitto(), "-c", *configuration}, folder_, log_, {}, {}});
  wait_until("the broker listens or ends", kBrokerUp,
             [&] { return !program_.running() || (listens(sites_port_, address_) && listens(hub_port_, address_)); });
  return program_.running();
}

void Broker::lose() {
  program_.signal(SIGKILL);
  program_.wait_end("the broker is gone", kBrokerUp);
  std::filesystem::remove_all(folder_);
  if (!run()) throw Trouble("the broker did not come back: " + read_file(log_));
}

std::string Broker::url(bool for_hub) const {
  return "mqtts://" + address_ + ":" + std::to_string(for_hub ? hub_port_ : sites_port_);
}

// As depops-hub broker-config does: the broker does not start without the list.
void Broker::begin_revocations() const {
  if (std::filesystem::exists(revocations_)) return;
  const auto office = hub::authority::FileAuthority::open(papers_->file("sites-ca.pem"), papers_->file("sites-ca.key"));
  if (!office.ok()) throw Trouble(office.error().what);
  const Instant now = clock::SystemClock().now().wall;
  const auto list = (*office)->revocations({}, now, now + std::chrono::hours(24));
  if (!list.ok()) throw Trouble(list.error().what);
  write_file(revocations_, *list);
}

}  // namespace depops::stage
