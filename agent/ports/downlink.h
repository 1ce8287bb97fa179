#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "shared/sync/desired.h"
#include "shared/sync/frame.h"
#include "shared/trust/evidence.h"

namespace depops::agent {

using trust::Evidence;

// A retained document arrived. Signature and shape were checked at the edge: either `desired` is there, or a code and a
// reason as in rollout::DesiredRefused say why not.
struct DesiredRead {
  std::string bytes;
  std::optional<sync::Desired> desired;
  std::string refused_code;
  std::string refused_reason;
  std::optional<Evidence> evidence{};
};

// What comes from the hub, verified. Called on a thread of the transport; must return at once.
struct Downlink {
  std::function<void(DesiredRead)> desired;
  std::function<void(sync::HubState)> hub_state;
  std::function<void(sync::DownMessage, Instant at)> message;  // `at`: as the hub signed it
  std::function<void(bool connected)> link;
  std::function<void()> taken_over{};  // right before link(false): somebody else connected as this site
  std::function<void(const std::string& code, const std::string& reason)> dropped;  // a frame that counts for nothing
};

}  // namespace depops::agent
