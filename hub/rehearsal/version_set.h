#pragma once

#include <optional>
#include <string>
#include <vector>

#include "hub/rehearsal/chance.h"
#include "shared/analysis/counters.h"
#include "shared/manifest/scenario.h"
#include "shared/rollout/view.h"

// The instances of one version in a rehearsal, and what the router counted of them.
namespace depops::hub::rehearsal {

class VersionSet {
 public:
  VersionSet(SetId id, manifest::Behaviour behaviour) : id_(std::move(id)), behaviour_(std::move(behaviour)) {}

  const SetId& id() const noexcept { return id_; }
  const manifest::Behaviour& behaviour() const noexcept { return behaviour_; }

  // So many instances that serve already.
  void begin_ready(std::uint32_t count, Millis now);
  void order(std::uint32_t replicas, Millis drain, Millis now);
  void change(const manifest::BehaviourChange& change, Millis now);

  // Instances become ready, end by themselves or leave.
  void live(Millis now);
  // Takes requests of the last `span`, evenly: those that the weights divided, and those that a route forced here. Pre:
  // it serves.
  void serve(std::uint64_t requests, std::uint64_t forced, Millis now, Millis span, Chance& chance);

  bool serves() const noexcept;  // an instance takes requests
  rollout::SetView view(Millis min_ready, Millis now) const;
  const std::vector<analysis::CounterRow>& rows() const noexcept { return rows_; }  // of instances that are there
  const std::vector<analysis::CounterRow>& forced_rows() const noexcept { return forced_rows_; }
  analysis::CounterRow histogram() const;                         // of how long its answers took
  const analysis::Arm& total() const noexcept { return total_; }  // since the beginning

 private:
  enum class Stage { starting, ready, retiring };
  struct Instance {
    Stage stage = Stage::starting;
    Millis since{0};
  };

  void spawn(Stage stage, Millis since);
  void take(std::uint64_t requests, std::vector<analysis::CounterRow>& rows, Chance& chance);
  void retire(std::uint32_t count, Millis now);
  void crash(std::size_t index, Millis now);
  void time(std::uint64_t answers);
  void lose(std::size_t index, std::uint64_t requests);
  std::uint32_t in_flight(Millis now) const;

  SetId id_;
  manifest::Behaviour behaviour_;
  std::vector<Instance> instances_;  // rows_[i] counts for instances_[i]
  std::vector<analysis::CounterRow> rows_;
  std::vector<analysis::CounterRow> forced_rows_;
  analysis::Arm total_;
  std::uint64_t timed_ = 0;     // answers whose time is in `within_`
  std::vector<double> within_;  // of these, expected within each bound
  std::uint32_t ordered_ = 0;
  std::uint32_t spawned_ = 0;
  std::uint32_t restarts_ = 0;
  std::size_t turn_ = 0;  // whose turn it is when requests do not divide evenly
  double rate_ = 0;       // requests per second of late
  Millis drain_{0};
  Millis busy_until_{0};
  std::string trouble_;
};

}  // namespace depops::hub::rehearsal
