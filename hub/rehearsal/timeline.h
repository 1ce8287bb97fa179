#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "shared/base/moment.h"
#include "shared/manifest/scenario.h"
#include "shared/rollout/machine.h"

// What a rehearsal shows, in the order in which it happened.
namespace depops::hub::rehearsal {

enum class Kind {
  status,   // the rollout moved: why, and what it waits for now
  verdict,  // windows of a metric that came out alike, one after another
  verb,     // somebody asked for something, and the answer
  world,    // the scenario changed something
  notice,   // anything else that the site would report
};

const char* name_of(Kind kind) noexcept;

struct Side {
  std::uint32_t ordered = 0;
  std::uint32_t available = 0;
  bool operator==(const Side&) const = default;
};

// How the rollout stood.
struct Standing {
  rollout::State state = rollout::State::pending;
  std::string phase;
  std::uint32_t step = 0;  // from 0
  std::uint32_t steps = 0;
  std::uint32_t weight = 0;  // percent of the requests that the target gets
  std::uint8_t verified_level = 0;
  Side target;
  Side stable;
  std::vector<std::string> pauses;
  bool operator==(const Standing&) const = default;
};

struct Entry {
  Kind kind = Kind::status;
  Millis at{0};     // since the rollout was asked for
  Millis until{0};  // verdict: of its last window; else as `at`
  Standing standing;
  std::string text;
  std::string waits_for;
  std::string metric;         // verdict
  std::string outcome;        // verdict: pass, fail, ...; verb: accepted or refused
  std::uint32_t windows = 0;  // verdict
};

class Timeline {
 public:
  explicit Timeline(Instant start) : start_(start) {}

  // `view`: what was decided on; once nothing is under way, what is there now.
  void decided(const rollout::Decision& decision, const rollout::Record& now, const rollout::View& view);
  void asked(const manifest::ScenarioVerb& verb, const rollout::Decision& decision, Instant at);
  void happened(const manifest::ScenarioEvent& event, Instant at);

  const Standing& standing() const noexcept { return standing_; }  // as of the last status
  std::vector<Entry> take() { return std::move(entries_); }

 private:
  Entry* newest_verdict(const MetricName& metric);
  Entry& add(Kind kind, Instant at, std::string text);
  void status(const rollout::RolloutStatus& status, Instant at, const std::string& waits_for);
  void window(const rollout::WindowJudged& judged);

  Instant start_;
  Standing standing_;
  std::string reason_;
  std::vector<Entry> entries_;
};

}  // namespace depops::hub::rehearsal
