#include "tests/e2e/stage/admission.h"

#include <atomic>
#include <future>

#include "shared/mqtt/mqtt_transport.h"

namespace depops::stage {

bool is_let_in(const Broker& broker, const Site& site) {
  mqtt::MqttSettings settings;
  settings.url = broker.url(false);
  settings.client_id = site.name();
  settings.ca = site.folder("infra-ca.pem");
  settings.certificate = site.folder("tls.pem");
  settings.key = site.folder("tls.key");
  std::promise<bool> told;
  std::atomic<bool> first{true};
  mqtt::MqttTransport transport(settings);
  ports::Transport::Handlers handlers;
  handlers.message = [](const ports::Message&) {};
  handlers.link = [&](bool connected, const std::string&) {
    if (first.exchange(false)) told.set_value(connected);
  };
  transport.start({}, std::move(handlers));
  const bool let_in = told.get_future().get();
  transport.stop();
  return let_in;
}

}  // namespace depops::stage
