#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "shared/analysis/counters.h"
#include "shared/base/moment.h"
#include "shared/base/names.h"
#include "shared/rollout/turns.h"

// What one service's part of the world looks like, as the machine needs it. Whoever fills it leaves out whatever was
// read before the newest own orders took effect: the machine never acts on a read older than its own last write.
namespace depops::rollout {

struct SetView {
  std::uint32_t ordered = 0;  // replicas the runtime works towards
  std::uint32_t running = 0;  // without those that are retiring
  std::uint32_t ready = 0;
  std::uint32_t available = 0;  // ready for at least the plan's min_ready
  std::uint32_t routable = 0;   // available, and up by the router's own check
  std::uint32_t in_flight = 0;  // requests under way at the router
  std::uint32_t restarts = 0;   // ends that nobody ordered
  std::string trouble;
  Turns turns = Turns::none;
};

// A forced route to the target that is in force, as read back.
struct RouteView {
  std::string name;
  std::uint32_t live = 0;  // instances that take its requests
};

// One reading of a metric that does not come from the router.
struct Sample {
  MetricName metric;
  Instant at{};
  std::vector<analysis::CounterRow> rows;
  std::optional<double> target;  // for conditions over `result`
  std::optional<double> stable;  // ... and `baseline`
  std::string error;             // why nothing was read
  std::string nothing;           // why numbers are missing in what was read
};

enum class HookOutcome : std::uint8_t {
  running,
  done,
  failed,
  unknown,
  no_end,  // it came to no end of its own: it could not begin, or was ended at its limit
};

// What became of a run of a hook that was ordered, of a Job that measures (wanted_job.h), or of the Jobs of a plan that
// were shown to the site (rehearsal.h).
struct HookFact {
  std::uint64_t order = 0;  // 0: a measurement, or what was shown
  HookOutcome outcome = HookOutcome::running;
  std::string text;   // why it failed, or is not known
  std::string key{};  // of what has no order
};

struct View {
  bool weights = true;               // the router divides requests by weight; else instances alone do
  bool counted = true;               // the router counts requests, also those under way
  bool headers = true;               // the router forces requests by a header
  bool cookies = true;               // ... or by a cookie
  bool all_at_once = false;          // the only shares that it knows are 0 and 100 percent
  bool jobs = true;                  // Jobs of Kubernetes can be run here
  bool artifact = false;             // of the target: fetched, verified, unpacked
  bool artifact_impossible = false;  // trying again can not help
  std::string artifact_trouble;

  bool runtime = false;  // target and stable are known, as of after the newest orders
  SetView target;
  SetView stable;
  std::optional<std::uint32_t> sized{};  // the cluster itself decides how many instances there are: so many

  bool router = false;  // what follows is known, as of after the newest orders; then there are counters
  Instant router_at{};
  std::uint32_t target_share = 0;  // percent, as read back
  const std::vector<analysis::CounterRow>* counters = nullptr;
  std::vector<RouteView> routes;                                       // those in force
  const std::vector<analysis::CounterRow>* forced_counters = nullptr;  // of the forced requests
  const std::vector<std::string>* foreign = nullptr;  // what somebody else changed since our last write
  std::string router_trouble;

  const std::vector<Sample>* samples = nullptr;  // newest per metric
  const std::vector<HookFact>* hooks = nullptr;  // all runs that the agent's process knows of, of this service
};

}  // namespace depops::rollout
