#include <algorithm>

#include "tests/simulation/invariants.h"

namespace depops::simulation {
namespace {

using namespace std::chrono_literals;

constexpr Millis kOff{120'000};  // words take their time, and the clocks of hub and sites do not run alike

bool calls_expired(const agent::OutboxRow& row) {
  const auto* report = std::get_if<rollout::Report>(&row.entry);
  const auto* refused = report != nullptr ? std::get_if<rollout::DesiredRefused>(report) : nullptr;
  return refused != nullptr && refused->code == "expired";
}

}  // namespace

// All documents here hold for days.
void Invariants::on_time(const agent::SiteState& before, const agent::SiteState& after,
                         const agent::JournalBatch& batch, const agent::TimeReading& said, Instant truth) const {
  demand(after.time.wall >= before.time.wall, "the time that was kept went back");
  if (!said.trusted) return;
  demand(std::chrono::abs(said.at - truth) <= kOff, "the time that is trusted is not the hub's");
  demand(std::ranges::none_of(batch.outbox, calls_expired), "a document within its time was refused as expired");
}

}  // namespace depops::simulation
