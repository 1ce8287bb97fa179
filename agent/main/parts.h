#pragma once

#include <memory>

#include "agent/credentials/credentials.h"
#include "agent/driver/driver.h"
#include "agent/link/link.h"
#include "agent/link/voice.h"
#include "agent/main/cluster_parts.h"
#include "agent/main/renewer.h"
#include "agent/main/site_clock.h"
#include "agent/settings/settings.h"
#include "shared/clock/system_clock.h"
#include "shared/mqtt/mqtt_transport.h"

namespace depops::agent {

// Every adapter of one agent, built from its settings. Order of the members is order of life.
struct RealParts {
  clock::SystemClock clock;
  SiteClock site_clock{clock};
  std::unique_ptr<Journal> journal;
  std::unique_ptr<ClusterParts> cluster;  // where the site is a namespace of one
  std::unique_ptr<Runtime> runtime;
  std::unique_ptr<Router> router;
  std::unique_ptr<Artifacts> artifacts;
  std::unique_ptr<MetricSource> metrics;
  std::unique_ptr<Hooks> hooks;
  std::unique_ptr<Credentials> credentials;
  Voice voice;  // of the present connection
  std::unique_ptr<mqtt::MqttTransport> transport;
  std::unique_ptr<Link> link;
  std::unique_ptr<Renewer> renewer;
};

// Error: the first part that can not be built, with place and remedy.
Result<std::unique_ptr<RealParts>> build_parts(const settings::Settings& settings);

}  // namespace depops::agent
