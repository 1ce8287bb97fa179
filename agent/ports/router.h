#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "agent/ports/runtime.h"
#include "shared/analysis/counters.h"
#include "shared/base/moment.h"
#include "shared/base/names.h"
#include "shared/rollout/forced_route.h"

// What divides the requests among sets. Level-based like Runtime. The adapter writes weights into the running router
// and into its configuration, so that a restart of either comes back with them.
namespace depops::agent {

// Forced routes are part of what a rollout orders.
using rollout::check_forced;
using rollout::forced_by;
using rollout::ForcedRoute;
using rollout::kMaxForcedSets;
using rollout::lower_case;
using rollout::RequestHeaders;
using rollout::RouteKey;
using rollout::RouteMatch;

struct RoutedEndpoint {
  EndpointId id;
  SetId set;
  std::string host;
  std::uint16_t port = 0;
  bool drain = false;  // no new requests; those under way may end
  bool operator==(const RoutedEndpoint&) const = default;
};

struct SetShare {
  SetId set;
  std::uint32_t percent = 0;  // of the requests; shares of one service sum to 100, or all are 0 when it has no endpoint
  bool operator==(const SetShare&) const = default;
};

struct ServiceRoute {
  ServiceName service;
  std::optional<std::string> health_path;  // "" = TCP check; none: nothing is wanted, so nothing is known of it
  std::vector<SetShare> shares;
  std::vector<RoutedEndpoint> endpoints;  // not named = removed once nothing is under way
  // The first that a request matches decides, also at weight 0. If check_forced() refuses them none is carried out, and
  // the trouble says why.
  std::vector<ForcedRoute> forced{};
  bool operator==(const ServiceRoute&) const = default;
};

struct RouterOrders {
  std::uint64_t seq = 0;
  std::vector<ServiceRoute> routes;
  bool operator==(const RouterOrders&) const = default;
};

struct RoutedFacts {
  EndpointId id;
  SetId set;
  bool up = false;  // by the router's own check
  bool draining = false;
  std::uint32_t weight = 0;     // raw, as the router holds it
  std::uint32_t in_flight = 0;  // requests under way and queued, forced ones too
  bool operator==(const RoutedFacts&) const = default;
};

// A forced route that is in force, as read back from the router.
struct ForcedFacts {
  std::string route;
  SetId set;
  std::uint32_t live = 0;  // endpoints that take its requests; none: they are divided by the weights like all others
  bool operator==(const ForcedFacts&) const = default;
};

struct ServiceTraffic {
  ServiceName service;
  // As read back from the router: what the raw weights of live endpoints come to, rounded.
  std::vector<SetShare> shares;
  std::vector<RoutedFacts> endpoints;
  std::vector<analysis::CounterRow> counters;  // of the requests that the weights divided, and of no others
  std::vector<ForcedFacts> forced{};
  std::vector<analysis::CounterRow> forced_counters{};  // of the forced requests
  // False: what carries the orders out has not said yet that it has taken them up; shares and forced are then what it
  // is going to do, and may not be acted on.
  bool settled = true;
  std::string trouble{};               // of this service alone
  std::vector<std::string> foreign{};  // likewise
  bool operator==(const ServiceTraffic&) const = default;
};

struct RouterFacts {
  std::uint64_t applied_seq = 0;  // read after orders with this seq were written
  Instant at{};
  bool reachable = false;
  std::string trouble;  // "admin socket ... refused; HAProxy is being started again"
  // What somebody else changed since our last write: "weight of X is 50, written was 10".
  std::vector<std::string> foreign;
  std::vector<ServiceTraffic> services;
  bool operator==(const RouterFacts&) const = default;
};

// How a router knows that a share is in force.
enum class ShareProof {
  accepted,  // what it wrote was accepted, and is there when it is read back
  observed,  // what carries it out says that it has taken it up
  measured,  // the requests themselves are counted, also those under way
};

// What a router of this kind can do at all; the same from beginning to end.
struct RouterCapabilities {
  bool weights = false;
  bool headers = false;      // forced routes by header
  bool cookies = false;      // forced routes by cookie
  bool mirror = false;       // a copy of requests to a set whose answers nobody gets
  bool all_at_once = false;  // the only shares are 0 and 100 percent
  ShareProof proof = ShareProof::measured;
  bool operator==(const RouterCapabilities&) const = default;
};

class Router {
 public:
  virtual ~Router() = default;
  virtual RouterCapabilities capabilities() const = 0;  // any thread, any time
  // `read` is called from the adapter's thread: once soon after start with what was found (applied_seq 0), then after
  // every write and at a steady pace (about every 200 ms). An order with a new seq is written even if it says the same
  // as the last: that is how the agent puts right what somebody else changed.
  virtual void start(std::function<void(RouterFacts)> read) = 0;
  virtual void apply(RouterOrders orders) = 0;
  virtual void stop() = 0;  // the adapter ends; the router goes on serving
};

}  // namespace depops::agent
