#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "shared/base/names.h"

// Names of the topics, in one place. proto/depops/v1/README.md says what travels where.
namespace depops::wire {

enum class Channel {
  down_desired,  // hub -> site, retained
  down_message,  // hub -> site: acks, resends
  up_control,    // site -> hub: hello, gone
  up_events,
  up_audit,
  up_telemetry,  // QoS 0
  up_presence,   // retained, also the site's will
  hub_state,     // hub -> everybody, retained, also the hub's will
};

struct Topic {
  Channel channel = Channel::hub_state;
  SiteName site;  // empty for hub_state
  bool operator==(const Topic&) const = default;
};

std::string topic_of(Channel channel, const SiteName& site = {});
std::string every_site(Channel channel);  // subscription of the hub: "depops/v1/+/up/ev"
// Nothing: not a topic of ours, or the site's name breaks the rule for names.
std::optional<Topic> parse_topic(std::string_view topic);

}  // namespace depops::wire
