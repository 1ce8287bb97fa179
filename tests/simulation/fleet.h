#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "hub/app/hub.h"
#include "tests/simulation/fleet_codec.h"
#include "tests/simulation/fleet_rules.h"
#include "tests/simulation/world.h"
#include "tests/support/memory_store.h"

namespace depops::simulation {

inline constexpr const char* kFleetSites[] = {"stg-1", "fra-1", "sin-1"};

// The production hub and three sites with production agents: stg-1, then the waves fra-1 and sin-1. Every site has its
// own clock, faults and link; the hub crashes, and its commits fail.
class Fleet {
 public:
  Fleet(const Schedule& schedule, std::vector<std::uint64_t>& rows);
  ~Fleet();
  Played run(std::uint32_t events);

 private:
  class End;

  void set_up();
  void bring_up();
  void be_quiet(bool quiet);
  void turn();
  void settle();
  void people();
  void unblock();
  void load();
  void crash(const char* where);
  // False: the hub crashed, and what was not committed did not happen.
  bool give(const hub::Input& input);
  bool take(hub::Output output);
  void carry_out(const hub::Effect& effect);
  bool ask(hub::Request request);
  hub::Request any_request();
  hub::Request any_verb();
  hub::Request any_size();
  std::uint64_t events() const;
  World* site_of(const SiteName& name);
  void note(const std::string& text);

  bool happens(Cause cause);

  Schedule schedule_;
  std::uint32_t turn_ = 0;
  Rng rng_;
  Bug bug_;
  bool tell_;
  Moment now_;
  FleetCodec codec_;
  tests::MemoryStore store_;
  hub::Catalog catalog_;
  FleetRules rules_;
  std::optional<hub::Hub> hub_;
  std::optional<Instant> wake_;
  std::vector<std::unique_ptr<End>> ends_;
  std::vector<std::unique_ptr<World>> sites_;
  std::uint32_t crash_in_ = 0;  // crash points until the hub dies; 0 = not
  bool quiet_ = false;
  std::uint64_t tickets_ = 0;
  Played result_;
};

}  // namespace depops::simulation
