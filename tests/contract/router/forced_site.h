#pragma once

#include <functional>
#include <string>
#include <vector>

#include "agent/ports/router.h"

namespace depops::test {

inline const SetId kStableSet("checkout-old"), kCanarySet("checkout-new");

// What the suite of forced routes asks of a site with a router, whichever router it is.
class ForcedSite {
 public:
  using Condition = std::function<bool(const agent::RouterFacts&)>;

  virtual ~ForcedSite() = default;
  virtual agent::RouterCapabilities capabilities() const = 0;
  virtual void add(const SetId& set) = 0;   // one more endpoint, which serves
  virtual void lose(const SetId& set) = 0;  // its endpoints die; the orders go on naming them
  virtual void order(std::vector<agent::SetShare> shares, std::vector<agent::ForcedRoute> forced) = 0;
  // The facts that meet the condition, read under the newest orders; fails if there are none in time.
  virtual agent::RouterFacts wait(const Condition& condition) = 0;
  // The set that answered a request with these headers; "" if none did.
  virtual std::string get(const agent::RequestHeaders& headers) = 0;
  virtual void restart_router() = 0;      // the router alone: nobody corrects it afterwards
  virtual void remove_first_route() = 0;  // by somebody else

  // Until the routes named are in force, each has so many endpoints, and the weights divide all other requests.
  agent::RouterFacts wait_forced(const std::vector<std::string>& names, std::uint32_t live) {
    return wait([&](const agent::RouterFacts& now) {
      if (!now.reachable || now.services.empty() || now.services[0].forced.size() != names.size()) return false;
      std::uint32_t percent = 0;
      for (const agent::SetShare& share : now.services[0].shares) percent += share.percent;
      if (percent != 100) return false;
      for (std::size_t i = 0; i < names.size(); ++i) {
        const agent::ForcedFacts& forced = now.services[0].forced[i];
        if (forced.route != names[i] || forced.live != live) return false;
      }
      return true;
    });
  }
};

inline agent::ForcedRoute by_header(const std::string& route, const std::string& header,
                                    std::vector<std::string> values, const SetId& set = kCanarySet) {
  return {route, {agent::RouteKey::header, header, std::move(values)}, set};
}

inline agent::ForcedRoute by_cookie(const std::string& route, const std::string& cookie,
                                    std::vector<std::string> values, const SetId& set = kCanarySet) {
  return {route, {agent::RouteKey::cookie, cookie, std::move(values)}, set};
}

}  // namespace depops::test
