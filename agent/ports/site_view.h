#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "shared/base/names.h"
#include "shared/rollout/report.h"

namespace depops::agent {

// What a person at the site sees. `generation` etc. say what the agent obeys.
struct ServiceView {
  rollout::RolloutStatus status;
  VersionLabel stable;
  VersionLabel target;               // empty: nothing under way
  std::string waiting_for;           // why nothing moves right now, empty if it does
  std::vector<std::string> intents;  // open orders, for people
  std::string degraded;
  std::vector<std::string> left_behind{};  // objects of earlier versions that the stable one has not, for people
};

struct SiteView {
  SiteName site;
  Generation generation;
  HubEpoch hub_epoch;
  bool hub_online = false;
  std::uint64_t backlog = 0;  // entries the hub has not acknowledged
  std::string storage;        // "ok", "low", "full", "gone"
  std::string spool{};        // what waits for the hub is too much: what follows; empty: it is not
  std::string standby{};      // why this agent does nothing and another one acts; empty: it acts
  std::string frozen{};       // why the hub froze the site: nothing new starts; empty: it did not
  std::string refused{};      // why the hub's newest word is not obeyed; empty: it is, or there is none
  std::string clock{};        // what is wrong with the machine's clock; empty: nothing
  std::vector<ServiceView> services;
};

}  // namespace depops::agent
