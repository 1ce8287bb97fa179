#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "shared/analysis/spec.h"
#include "shared/rollout/forced_route.h"
#include "shared/rollout/hook.h"
#include "shared/rollout/snapshot.h"

// What a release resolved to. Immutable, named by the SHA-256 digest of its encoded bytes; every site that takes part
// gets the same bytes, and approvals bind to that digest.
namespace depops::rollout {

struct SetWeight {
  std::uint32_t percent = 0;  // share of requests the target gets, 0..100
  bool operator==(const SetWeight&) const = default;
};

struct Pause {
  std::optional<Millis> duration;  // absent: until somebody advances
  bool operator==(const Pause&) const = default;
};

// Passes at the end of `duration` if nothing failed and min_requests were seen.
struct Analysis {
  analysis::AnalysisSpec spec;
  Millis duration{0};
  bool operator==(const Analysis&) const = default;
};

struct CountOrPercent {
  std::uint32_t value = 0;
  bool percent = false;
  bool operator==(const CountOrPercent&) const = default;
};

// Instances of the target from here on, whatever its weight; never fewer than that weight needs.
struct SetScale {
  CountOrPercent replicas;  // percent of the target's replicas, rounded up
  bool operator==(const SetScale&) const = default;
};

// From here on requests with that header or cookie go to the target, whatever its weight; without a match the route of
// that name ends.
struct SetHeader {
  std::string name;
  std::optional<RouteMatch> match;
  bool operator==(const SetHeader&) const = default;
};

// Goes on when so many different people approved. Nobody passes it by: neither advance nor skip nor `--full`.
struct Approval {
  enum class OnTimeout : std::uint8_t { abort, go_on };
  std::uint32_t count = 1;        // 1..20
  std::optional<Millis> timeout;  // absent: until somebody decides
  OnTimeout on_timeout = OnTimeout::abort;
  bool exclude_requester = false;  // who asked for the release does not count
  bool operator==(const Approval&) const = default;
};

// So many of the instances are of the target, the others of stable; requests in that proportion.
struct Batch {
  CountOrPercent instances;  // percent rounded up; at least 1
  bool operator==(const Batch&) const = default;
};

using Step = std::variant<SetWeight, Pause, Analysis, SetScale, SetHeader, Approval, Hook, Batch>;

// Beside the steps, from step `from` on until the target is stable, in pauses too; what it finds counts at once.
struct Background {
  analysis::AnalysisSpec spec;
  std::uint32_t from = 0;
  bool operator==(const Background&) const = default;
};

struct Rolling {
  CountOrPercent max_surge{25, true};
  CountOrPercent max_unavailable{25, true};
  bool operator==(const Rolling&) const = default;
};

// Blue-green is a ladder of the same steps: all instances first, then all requests at once.
enum class Ladder { canary, blue_green };

struct Canary {
  std::vector<Step> steps;            // 1..50
  bool dynamic_stable_scale = false;  // stable keeps only what its share needs; back again before requests return
  std::optional<Background> background{};
  Ladder ladder = Ladder::canary;      // what people called it
  CountOrPercent max_surge{25, true};  // where no router divides by weight: then instances take turns, as in Rolling
  CountOrPercent max_unavailable{0, true};
  bool operator==(const Canary&) const = default;
};

using Strategy = std::variant<Rolling, Canary>;

enum class ReleaseKind { forward, rollback };  // rollback: to an earlier version, steps skipped, capacity still first

// Sites of one wave, one after another up to max_concurrent at a time; the next wave starts when this one completed.
struct Wave {
  WaveName name;
  std::vector<SiteName> sites;
  std::uint32_t max_concurrent = 1;
  Millis bake{0};
  bool operator==(const Wave&) const = default;
};

// What a failed verdict, a guard or a deadline does: goes back; or stays as it is until a person decides, for ever
// (`hold`: for what can not be undone, like a one-way migration) or until nobody answered for `answer_within` (`ask`).
enum class OnFailure { rollback, hold, ask };

enum class RollbackScope { site, wave, all };  // which sites that completed go back too when a later one fails

struct Plan {
  ReleaseId release;
  ServiceName service;
  EnvironmentName environment;
  ReleaseKind kind = ReleaseKind::forward;
  VersionSnapshot target;
  Strategy strategy;
  Millis step_timeout{600'000};  // without progress, [1 s, 24 h]
  Millis min_ready{0};           // an instance counts as available after being ready this long
  OnFailure on_failure = OnFailure::rollback;
  Millis answer_within{900'000};  // with `ask`
  Millis bake{0};                 // with all requests on the target: watched so long, then it is stable
  Millis keep_warm{0};            // the earlier version keeps its instances so long, for an instant way back
  RollbackScope rollback_scope = RollbackScope::wave;
  std::vector<Wave> waves;
  Actor requested_by;  // who asked for the release; empty in plans of older hubs
  bool operator==(const Plan&) const = default;
};

}  // namespace depops::rollout
