#pragma once

#include <cstdint>
#include <random>
#include <string>

#include "tests/contract/kubernetes_rollout/rolled_site.h"

namespace depops::test {

// What people, and who else wants the lease, do while version 2 comes to a site where 1 serves, and how it is to end:
// by the seed one of a few.
class Course {
 public:
  explicit Course(std::uint64_t seed);

  void begin(RolledSite& site);
  void go_on(RolledSite& site);      // one turn
  bool has_ended(RolledSite& site);  // all that is done is over
  std::string name() const;
  bool leased() const { return kind_ == Kind::leased; }
  bool stateful() const { return turns_ == Turns::in_places; }  // the versions take turns in a StatefulSet
  bool daemon() const { return turns_ == Turns::on_nodes; }     // or in a DaemonSet
  const std::string& label() const { return label_; }           // the version that serves in the end
  unsigned replicas() const { return replicas_; }

 private:
  enum class Turns { none, none_too, in_places, on_nodes };
  static constexpr std::uint64_t kTurns = 4;
  enum class Kind { forward, dynamic, aborted, superseded, resized, retried, leased };
  static constexpr std::uint64_t kKinds = 7;
  void act(RolledSite& site);
  bool in_place() const { return stateful() || daemon(); }
  void abort(RolledSite& site);
  void scale(RolledSite& site);
  void compete(RolledSite& site);
  void fail_renewals(RolledSite& site);
  unsigned least() const;  // pods that serve while the service has so many

  const Kind kind_;
  const Turns turns_;
  std::mt19937_64 chance_;
  std::string label_ = "2";
  unsigned replicas_ = kRolledReplicas;
  int wait_ = 0;  // turns until something is done
  int left_ = 1;  // how many things are still to be done
  bool competes_ = false;
};

}  // namespace depops::test
