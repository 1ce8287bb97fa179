#pragma once

#include <string>

#include "shared/mqtt/mqtt_transport.h"
#include "tests/e2e/stage/stage.h"

namespace depops::stage {

// How somebody with the hub's certificate knocks at the hub's door of the broker.
mqtt::MqttSettings hub_client(Stage& stage, const std::string& client_id);

}  // namespace depops::stage
