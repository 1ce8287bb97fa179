#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "shared/base/moment.h"
#include "shared/base/names.h"
#include "shared/rollout/crowd.h"
#include "shared/rollout/dip.h"
#include "shared/rollout/snapshot.h"
#include "shared/rollout/turns.h"

// What runs the sets of a service: processes on hosts, pods on Kubernetes. Level-based: the agent says what should be
// there, the adapter makes it so on a thread of its own and reports what it sees.
namespace depops::agent {

struct SetOrder {
  rollout::VersionSnapshot snapshot;
  std::uint32_t replicas = 0;
  std::uint32_t height =
      0;  // at its rollout's height, beside all that runs now; 0: not known (shared/rollout/height.h)
  std::vector<rollout::Crowd> crowds{};  // instead, where both versions change in turns
  std::optional<rollout::Dip> dip{};  // what its rollout leaves of the service at its lowest; nothing: it takes nothing
  bool operator==(const SetOrder&) const = default;
};

// All sets of all services that the agent owns. A set that is not named is scaled to 0 and forgotten.
// `released`: endpoints without traffic and without requests under way; only such may be stopped gracefully now. An
// endpoint beyond `replicas` is retired first (state retiring), stopped when released or when its drain time is over.
struct RuntimeOrders {
  std::uint64_t seq = 0;  // rises with every change of orders; facts say which orders they were read under
  std::vector<SetOrder> sets;
  std::vector<EndpointId> released;
  std::vector<ServiceName> at_rest{};  // nothing of them is under way, and they have a stable version
  // Instances that each service has when what is under way has come to its end; sets may sum to fewer meanwhile.
  std::map<ServiceName, std::uint32_t> sizes{};
  std::map<ServiceName, SetId> returning{};  // services that go back to that set: of others nothing new begins
  std::vector<std::string> prune{};  // lives of what is left behind, named and no way back: those go, nothing else does
  bool operator==(const RuntimeOrders&) const = default;
};

enum class EndpointState { starting, ready, unready, retiring };

struct EndpointFacts {
  EndpointId id;
  SetId set;
  std::string host;  // "127.0.0.1"; empty on runtimes that route by themselves
  std::uint16_t port = 0;
  EndpointState state = EndpointState::starting;
  std::optional<Instant> ready_since;
  bool operator==(const EndpointFacts&) const = default;
};

struct SetFacts {
  SetId set;
  std::uint32_t desired = 0;  // as ordered
  std::uint32_t running = 0;  // processes or pods that exist and are not retiring
  std::uint32_t ready = 0;
  std::uint32_t retiring = 0;
  std::uint32_t restarts = 0;  // ends that nobody ordered, since the set was first ordered
  std::string trouble;         // last one, for people: "exit 1 after 0.2 s: bind: Address already in use"
  std::uint32_t flaps = 0;     // how often instances that run now lost their readiness, since they are watched
  rollout::Turns turns = rollout::Turns::none;  // whether another set of its service takes its instances' places
  bool operator==(const SetFacts&) const = default;
};

// An object of an earlier version that serves nobody and of which the version that runs has none any more. It stays
// until people delete it, or a version says by name that it goes.
struct LeftBehind {
  ServiceName service;
  SetId set;           // whose it is
  std::string object;  // "Deployment checkout-worker-3f9a1c22bd01"
  std::string part;    // what manifests call it: "Deployment/worker"
  std::string life;    // tells it from another one of that name
  bool named = false;  // the version that runs says that it goes
  bool operator==(const LeftBehind&) const = default;
};

struct RuntimeFacts {
  // Read after orders with this seq were taken up; never act on facts older than own orders.
  std::uint64_t applied_seq = 0;
  Instant at{};
  std::vector<SetFacts> sets;
  std::vector<EndpointFacts> endpoints;
  std::vector<LeftBehind> left{};
  // Services of which the runtime itself decides how many instances there are, and how many that is: [1, 1,000].
  std::map<ServiceName, std::uint32_t> sized{};
  bool operator==(const RuntimeFacts&) const = default;
};

class Runtime {
 public:
  virtual ~Runtime() = default;
  // `changed` is called from the adapter's thread: once soon after start with what was found (applied_seq 0, before
  // any orders: the agent looks at the world before it acts), then with the newest facts whenever they differ from
  // the last.
  virtual void start(std::function<void(RuntimeFacts)> changed) = 0;
  // Takes new orders and returns at once. Same orders again: no action.
  virtual void apply(RuntimeOrders orders) = 0;
  virtual void stop() = 0;  // the adapter ends; what runs goes on running and is adopted at the next start
};

}  // namespace depops::agent
