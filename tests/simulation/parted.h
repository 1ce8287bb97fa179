#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "hub/app/hub.h"
#include "tests/simulation/fleet_codec.h"
#include "tests/simulation/world.h"
#include "tests/support/memory_store.h"

namespace depops::simulation {

// How large, and for how long.
struct Parting {
  std::uint32_t sites = 3;
  std::uint32_t days = 3;  // that no site hears of the hub
};

// The production hub and production agents that lose sight of each other for days, at times while the hub is put back
// from a copy, and find each other again over a link that loses three in ten messages, repeats and reorders them, while
// agents, the hub and the broker restart. Then everybody must know the same within 60 s.
class Parted {
 public:
  Parted(const Schedule& schedule, Parting parting, std::vector<std::uint64_t>& rows);
  ~Parted();
  Played run();
  Millis slowest() const { return slowest_; }  // to converge, of all sites

 private:
  class End;
  struct Copy;

  void set_up();
  void deploy(const char* version);
  void load();
  bool give(const hub::Input& input);
  bool take(hub::Output output);
  void carry_out(const hub::Effect& effect);
  bool ask(hub::Request request);
  void part();
  void copy_a_disk();
  void two_hosts();
  void collect(World& site);
  World& host(std::size_t which);
  const hub::SiteEntry& copied_site() const;
  void give_link_to(std::size_t which);
  void hear(std::size_t which, std::uint32_t turns);
  void stay_frozen();
  std::size_t owner_of_entries() const;
  void keep_only(std::size_t which);
  void put_back();
  void heal();
  void trouble();
  void converge();
  bool recover_if_needed();
  void let_go();
  void turn();
  bool knows_all(std::size_t site) const;
  void check_logs() const;
  void check_begun(std::size_t site) const;
  void send_down(const SiteName& name, const agent::Input& input);
  void note(const std::string& text);

  Schedule schedule_;
  std::vector<std::uint64_t>& rows_;
  Parting parting_;
  Rng rng_;
  Moment now_;
  FleetCodec codec_;
  tests::MemoryStore store_;
  std::optional<tests::MemoryStore> yesterday_;
  hub::Catalog catalog_;
  std::optional<hub::Hub> hub_;
  std::optional<Instant> wake_;
  std::vector<std::unique_ptr<End>> ends_;
  std::vector<std::unique_ptr<World>> sites_;
  std::unique_ptr<Copy> copy_;                   // of a site's disk, and the second host that came of it
  bool first_spoke_ = false;                     // after the disk was copied
  std::vector<std::unique_ptr<World>> stopped_;  // hosts whose entries the hub may still look up
  std::vector<std::unique_ptr<End>> stopped_ends_;
  std::uint64_t tickets_ = 0;
  std::uint64_t draws_ = 0;
  Millis slowest_{0};
  Played result_;
};

}  // namespace depops::simulation
