#include "agent/execution/left_behind.h"

#include <algorithm>
#include <iterator>

#include "shared/rollout/companions.h"
#include "shared/rollout/desired.h"

namespace depops::agent {
namespace {

bool has(const rollout::VersionSnapshot& version, const SetId& set) {
  return version.set == set || std::ranges::any_of(version.companions, [&](const auto& companion) {
           return rollout::companion_set(version.set, companion.first) == set;
         });
}

const rollout::Record* record_of(const LeftBehind& left, const Records& records) {
  const auto found = std::ranges::find_if(records, [&](const auto& one) { return one->service == left.service; });
  return found == records.end() ? nullptr : found->get();
}

// The version to which somebody may go back that has it; none: null.
rollout::Snapshot way_back(const LeftBehind& left, const rollout::Record& record) {
  for (const rollout::Snapshot& kept : rollout::desired_of(record).hold) {
    if (has(*kept, left.set)) return kept;
  }
  return nullptr;
}

bool goes(const LeftBehind& left, const Records& records) {
  const rollout::Record* record = record_of(left, records);
  if (record == nullptr || !left.named) return false;
  const bool rests = record->phase == rollout::Phase::idle && record->stable && !record->warm;
  return rests && !way_back(left, *record);
}

}  // namespace

std::vector<std::string> prunable(const Records& records, const RuntimeFacts& facts) {
  std::vector<std::string> lives;
  for (const LeftBehind& left : facts.left) {
    if (goes(left, records)) lives.push_back(left.life);
  }
  return lives;
}

std::string words_of(const LeftBehind& left, const Records& records) {
  const std::string is = left.object + " (" + left.part + ") of an earlier version is left behind without instances";
  if (!left.named)
    return is + ": it stays; delete it, or let a version say so with the annotation depops.io/remove: " + left.part +
           " on its Deployment or StatefulSet";
  if (goes(left, records)) return is + ": it goes now, as the stable version says";
  const rollout::Record* record = record_of(left, records);
  const rollout::Snapshot kept = record == nullptr ? nullptr : way_back(left, *record);
  return is +
         (kept ? ": it goes, as the stable version says, when " + kept->label.str() + " is no longer kept to go back to"
               : ": it goes, as the stable version says, when nothing is under way");
}

std::vector<LeftBehind> newly_left(const std::vector<LeftBehind>& before, const std::vector<LeftBehind>& now) {
  std::vector<LeftBehind> fresh;
  std::ranges::copy_if(now, std::back_inserter(fresh), [&](const LeftBehind& left) {
    return std::ranges::find(before, left.life, &LeftBehind::life) == before.end();
  });
  return fresh;
}

}  // namespace depops::agent
