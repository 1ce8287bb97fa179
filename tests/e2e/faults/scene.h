#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tests/e2e/faults/ledger.h"
#include "tests/e2e/faults/proxy.h"
#include "tests/e2e/stage/site.h"

namespace depops::faults {

inline constexpr stage::Seconds kConverged{60};  // after the fault is healed
inline constexpr stage::Seconds kRollout{120};   // whatever happens meanwhile

struct Cast {
  std::size_t sites = 1;
  bool roads = true;  // a proxy on the way of each site and of the hub to the broker
  stage::Setting stage{};
  stage::Variables agent{};  // variables of the agents
  unsigned site_disk_mebibytes = 0;
  std::uint64_t seed = 20'261'126;  // of all mischief
};

// A hub, a broker and sites at work: requests all the time, rollouts with a hook when told to. Every test of a fault
// plays on one. Thread: one.
class Scene {
 public:
  explicit Scene(const std::string& name, Cast cast = {});

  stage::Stage& stage() noexcept { return *stage_; }
  stage::Site& site(std::size_t number = 0) { return *sites_[number]; }
  std::size_t sites() const { return sites_.size(); }
  Proxy& road(std::size_t number = 0) { return *roads_[number]; }
  Proxy& hub_road() { return *hub_road_; }
  void do_mischief(const Mischief& mischief);  // on all roads, both ways
  void behave() { do_mischief({}); }
  Tally tally() const;  // of all roads

  // Publishes the next version and deploys it to all sites; returns its label.
  std::string begin();
  // The parts of begin(), for whom the hub may die in between: publish, deploy by hand, say that it was begun.
  std::string publish();
  void begun(const std::string& label, const std::string& deployment, std::size_t site = 0);
  std::string deployment_of(const std::string& label);  // the newest; "" if there is none
  std::size_t deployments_of(const std::string& label);
  bool ended(const std::string& label);  // at the hub, for all sites
  // Waits until it is rolled out everywhere, at the hub and at the sites.
  void completed(const std::string& label, stage::Seconds most);
  void roll_out(stage::Seconds most) { completed(begin(), most); }
  Ledger& ledger() noexcept { return *ledger_; }

 private:
  void set_up(std::size_t number);
  std::unique_ptr<Proxy> road_to(stage::Stage& stage, const std::string& who, bool for_hub) const;

  Cast cast_;
  std::unique_ptr<Proxy> hub_road_;
  std::unique_ptr<stage::Stage> stage_;
  std::vector<std::unique_ptr<Proxy>> roads_;
  std::vector<std::unique_ptr<stage::Site>> sites_;
  std::unique_ptr<Ledger> ledger_;
  unsigned versions_ = 0;
  std::map<std::string, std::vector<std::string>> deployments_;  // of a version, one for each site
};

}  // namespace depops::faults
