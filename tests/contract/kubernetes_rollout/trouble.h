#pragma once

#include <cstdint>
#include <random>
#include <string>

#include "tests/contract/kubernetes_rollout/rolled_site.h"

namespace depops::test {

// What goes wrong at a site whose version 1 serves and whose version 2 comes, one thing after another, as the seed has
// it. Whatever it is, a rollout can still end well.
class Trouble {
 public:
  Trouble(RolledSite& site, std::uint64_t seed);

  void one();  // or nothing, as chance has it
  void end();  // nothing more goes wrong, but what is late may still come
  static bool late_ones_come();

 private:
  std::uint64_t draw(std::uint64_t below) { return chance_() % below; }
  std::string writes();
  std::string anything();
  std::string path() const { return "/namespaces/" + site_.space() + "/"; }
  void answer();
  void lose();
  void hold();
  void write_beside();
  void take_name();
  void delete_set();

  RolledSite& site_;
  std::mt19937_64 chance_;
  int held_ = 0;   // turns for which watches are held
  int taken_ = 0;  // turns for which somebody has a name that we need
  bool deleted_ = false;
  std::string name_;  // the key of what they have
};

}  // namespace depops::test
