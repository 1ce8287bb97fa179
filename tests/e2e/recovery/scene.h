#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tests/e2e/stage/site.h"

namespace depops::stage {

inline constexpr Seconds kLong{60};

// A hub, and sites in environments of their own name with requests on them. Version 1.0 runs at each.
class RecoveryScene {
 public:
  RecoveryScene(const std::string& name, const std::vector<std::string>& sites);

  void deploy(const std::string& version, const std::string& site);  // to its end, which must be good
  void back_up();                                                    // of the hub's database, while it runs
  void put_back();    // the hub is stopped, gets the copy, and is started
  json::Value hub();  // what `depops hub status` says
  void wait_for_state(const std::string& state);
  // What was published for the site, highest generation first said in the hub's log since the last start of a hub.
  std::vector<std::uint64_t> signed_since(std::size_t mark, const std::string& site);
  std::size_t mark() const;                                    // of the hub's log
  std::string refused(const std::vector<std::string>& words);  // why the command is refused
  std::uint64_t generation(const std::string& site);
  // No version's instances were started more than once, and the hub has every leaf of the site once.
  void check_once(const std::string& site);
  std::vector<json::Value> leaves(const std::string& action);

  Site& site(const std::string& name) { return *sites_.at(name); }

  Stage stage;

 private:
  std::map<std::string, std::unique_ptr<Site>> sites_;
};

}  // namespace depops::stage
