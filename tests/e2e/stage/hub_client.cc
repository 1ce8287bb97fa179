#include "tests/e2e/stage/hub_client.h"

namespace depops::stage {

mqtt::MqttSettings hub_client(Stage& stage, const std::string& client_id) {
  mqtt::MqttSettings settings;
  settings.url = stage.broker_url(true);
  settings.client_id = client_id;
  settings.ca = stage.certificates().file("infra-ca.pem");
  settings.certificate = stage.certificates().file("hub.pem");
  settings.key = stage.certificates().file("hub.key");
  settings.retry_min = Millis(50);
  return settings;
}

}  // namespace depops::stage
