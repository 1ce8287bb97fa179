#pragma once

#include "tests/contract/router/forced_site.h"
#include "tests/contract/router/router_world.h"

namespace depops::test {

// A real HAProxy with real servers; each answers with the name of its set.
class HaproxySite : public ForcedSite {
 public:
  agent::RouterCapabilities capabilities() const override { return world.router->capabilities(); }
  void add(const SetId& set) override { world.add(set.str(), set.str(), more); }
  void lose(const SetId& set) override;
  void order(std::vector<agent::SetShare> shares, std::vector<agent::ForcedRoute> forced) override;
  agent::RouterFacts wait(const Condition& condition) override { return world.wait(condition); }
  std::string get(const agent::RequestHeaders& headers) override;
  void restart_router() override;
  void remove_first_route() override;

  // A stream of requests in the background; its log once it has ended.
  pid_t begin_load(const std::string& name, const std::vector<std::string>& headers, const std::string& rate);
  std::string end_load(const std::string& name, pid_t load);

  World world;
  std::string more = "A=1";  // environment of the servers that are added
};

}  // namespace depops::test
