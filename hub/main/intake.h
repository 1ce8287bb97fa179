#pragma once

#include <map>
#include <optional>
#include <string>

#include "hub/app/hub.h"
#include "hub/app/world.h"
#include "shared/ports/transport.h"

namespace depops::hub {

// What came from the broker, checked: topic, signature, sender and destination agree, or it is a BadFrame. Nothing:
// not a topic of ours, or a site nobody registered. Thread: the loop's.
std::optional<Input> input_of(const ports::Message& message, const World& world, const std::string& hub_id);

}  // namespace depops::hub
