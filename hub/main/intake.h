#pragma once

#include <map>
#include <optional>
#include <string>

#include "hub/app/hub.h"
#include "hub/app/world.h"
#include "shared/ports/transport.h"
#include "shared/signing/signing.h"

namespace depops::hub {

// Who reads frames here.
struct Reading {
  std::string hub_id;
  signing::PublicKey release_key;              // that this hub signs documents with
  const Certificates* certificates = nullptr;  // null: nobody gives certificates here
  Millis certificate_life{0};
};

// What came from the broker, checked: topic, signature, sender and destination agree, or it is a BadFrame. Nothing:
// not a topic of ours, or a site nobody registered. A document that a site shows must be signed by this hub; what goes
// on is its body. Thread: the loop's.
std::optional<Input> input_of(const ports::Message& message, const World& world, const Reading& reading);

}  // namespace depops::hub
