#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "agent/ports/router.h"
#include "tests/simulation/fake_runtime.h"

namespace depops::simulation {

// Divides a stream of requests among the instances. The router outlives the agent; the adapter's memory does not.
class FakeRouter {
 public:
  struct Server {
    EndpointId id;
    SetId set;
    bool drain = false;
    bool up = false;
    Millis added{0};
    std::uint32_t in_flight = 0;
    std::uint64_t answers = 0;
    std::uint64_t errors = 0;
    std::uint64_t lost = 0;
    double owed = 0;           // requests not yet handed out
    std::uint64_t forced = 0;  // answers to forced requests
    double forced_owed = 0;
  };

  FakeRouter(Rng& rng, const FakeRuntime& runtime, const Profiles& profiles)
      : rng_(rng), runtime_(runtime), profiles_(profiles) {}

  void apply(const agent::RouterOrders& orders, Millis boottime);
  void advance(const Moment& now, Millis step);
  void adapter_restarted();
  void set_reachable(bool reachable) { reachable_ = reachable; }
  void restart();          // the router itself: counters begin anew
  void foreign_write();    // somebody else changes the shares
  void foreign_removal();  // somebody else removes the first forced route
  agent::RouterFacts facts(const Moment& now) const;

  agent::RouterCapabilities capabilities() const { return capabilities_; }
  void set_capabilities(agent::RouterCapabilities capabilities) { capabilities_ = capabilities; }
  // Where a request with these headers goes whatever the shares are; none: the shares decide.
  std::optional<SetId> forced_to(const agent::RequestHeaders& headers) const;

  void set_rate(std::uint32_t per_second) { rate_ = per_second; }
  // Requests go on to be divided as before the newest shares, as long connections are; the shares read back as written.
  void set_sticky(bool sticky) { sticky_ = sticky; }
  std::uint32_t share(const SetId& set) const;  // as written last, by whomever
  std::uint32_t in_flight(const EndpointId& id) const;
  bool receives(const EndpointId& id) const;  // new requests may go there

 private:
  void take_up(const agent::RouterOrders& orders, Millis boottime);
  double effective(const std::vector<agent::SetShare>& shares,
                   const SetId& set) const;  // share of the requests in [0, 1], as live servers have it
  std::uint32_t live(const SetId& set) const;
  bool forces_to(const SetId& set) const;
  bool can(const agent::ForcedRoute& route) const;
  void force(const agent::ServiceRoute& route);
  void hand_out(Server& server, double share, Millis step);

  Rng& rng_;
  const FakeRuntime& runtime_;
  const Profiles& profiles_;
  ServiceName service_{"checkout"};
  std::vector<Server> servers_;
  std::vector<agent::SetShare> shares_;
  std::vector<agent::SetShare> former_;  // before the newest change
  bool sticky_ = false;
  agent::RouterCapabilities capabilities_{.weights = true, .headers = true, .cookies = true, .mirror = false};
  std::vector<agent::ForcedRoute> forced_;
  std::string trouble_;
  std::optional<agent::RouterOrders> pending_;
  Millis due_{0};
  std::uint64_t applied_ = 0;
  std::uint32_t life_ = 1;
  std::uint32_t rate_ = 100;
  bool reachable_ = true;
  std::vector<std::string> foreign_;
};

}  // namespace depops::simulation
