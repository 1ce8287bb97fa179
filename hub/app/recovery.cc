#include "hub/app/recovery.h"

#include <algorithm>

#include "hub/app/adopt.h"
#include "hub/app/registry.h"
#include "hub/app/supersede.h"

namespace depops::hub {
namespace {

constexpr const char* kCommand = "depops hub recover --reason WHY";
// Numbers of deployments, releases and commands that were given out after the backup may be held by sites that are
// away: new ones begin this far behind the newest known.
constexpr std::uint64_t kNumbersSkipped = 1'000;
constexpr std::uint64_t kCommandsSkipped = 100'000;
constexpr std::uint64_t kEpochsAhead = 1'000;  // that a site is believed without proof

std::string words(std::uint64_t number) { return std::to_string(number); }

std::string knows_more(const World& world, const SiteEntry& entry, const sync::Hello& hello, Codec& codec) {
  if (hello.hub_epoch > world.hub_epoch)
    return "obeys hub epoch " + words(hello.hub_epoch.value()) + ", this hub has " + words(world.hub_epoch.value()) +
           "; nothing is signed for it until this hub takes over: " + kCommand;
  const Generation known = entry.desired.generation;
  const std::string until = "; nothing is signed for it until the hub's database is recovered";
  if (hello.generation > known)
    return "holds generation " + words(hello.generation.value()) + ", the newest known here is " +
           words(known.value()) + until;
  const bool same = hello.generation < known || known == Generation() || hello.digest.empty() ||
                    hello.digest == codec.digest(entry.desired.bytes);
  return same ? "" : "holds another document of generation " + words(known.value()) + " than this hub knows" + until;
}

// The edge has checked that this hub signed it.
Result<sync::Desired> read_shown(Turn& turn, const SiteEntry& entry, const sync::Hello& hello) {
  DEPOPS_TRY(sync::Desired shown, turn.codec.decode_desired(hello.document));
  const bool fits = shown.site == entry.site.name && shown.site_epoch == entry.site.site_epoch &&
                    shown.generation == hello.generation;
  if (!fits) return Error{Errc::refused, "what it shows is not the document it says it holds"};
  return shown;
}

void notice(Turn& turn, const SiteEntry& entry, const sync::Desired& shown, const std::string& why) {
  World& world = turn.world;
  if (in_recovery(world)) return;
  RecoveryRow row;
  row.number = world.recoveries.size() + 1;
  row.noticed = turn.now.wall;
  row.site = entry.site.name;
  row.why = entry.site.name.str() + " " + why.substr(0, why.find(';')) +
            ", and shows it with this hub's own signature: this hub's memory is older than that";
  row.generation = shown.generation;
  row.hub_epoch = shown.hub_epoch;
  row.deployments = world.counters.deployment;
  turn.leaf("hub.recovery", "hub", "hub epoch " + words(world.hub_epoch.value()), "recovery", row.why);
  turn.event("notice", "RECOVERY: " + row.why + "; nothing new is signed until an admin says: " + kCommand);
  turn.save(std::move(row));
}

void jump(Counters& counters) {
  counters.deployment += kNumbersSkipped;
  counters.release += kNumbersSkipped;
  counters.command += kCommandsSkipped;
}

HubEpoch next_epoch(const World& world) {
  std::uint64_t newest = world.hub_epoch.value();
  for (const RecoveryRow& row : world.recoveries) newest = std::max(newest, row.hub_epoch.value());
  const std::uint64_t most = newest + kEpochsAhead;
  for (const auto& [name, entry] : world.sites)
    if (entry.obeys.value() <= most) newest = std::max(newest, entry.obeys.value());
  return HubEpoch(newest + 1);
}

// What was under way when the backup was made may have ended since, or been stopped: a person says whether it goes on.
void hold_all(Turn& turn) {
  for (const DeploymentId& id : std::set<DeploymentId>(turn.world.under_way)) {
    Deployment row = turn.world.deployments.at(id).deployment;
    row.held = true;
    row.reason = "held because this hub was recovered: resume it if it is still meant, or abort it";
    turn.save(row);
    turn.touch(id);
  }
}

std::string those_set_aside(const World& world) {
  std::string names;
  for (const auto& [name, entry] : world.sites)
    if (!entry.status.recovery.empty()) names += (names.empty() ? "" : ", ") + name.str();
  return names;
}

// Replaced at the site by one that it holds, and from before the loss.
bool is_forgotten(const World& world, const SiteEntry& entry, const Rollout& row, const sync::Hello& hello) {
  if (row.site != entry.site.name || rollout::is_ended(row.status.state) || !is_replaced(world, row)) return false;
  const SiteTarget& target = entry.targets.at(row.service);
  const auto deployment = world.deployments.find(row.deployment);
  const auto by = world.deployments.find(target.deployment);
  if (deployment == world.deployments.end() || by == world.deployments.end()) return false;
  const std::uint64_t lost_after = world.recoveries.back().deployments;
  return deployment->second.deployment.number <= lost_after && by->second.deployment.number > lost_after &&
         target.epoch > Generation() && target.epoch <= hello.generation;
}

bool told_all(const SiteEntry& entry, const sync::Hello& hello) {
  return std::ranges::all_of(hello.streams, [&](const sync::StreamPosition& position) {
    return entry.inbox.contiguous(position.stream) >= position.last;
  });
}

void end_as_forgotten(Turn& turn, Rollout& row, const SiteTarget& target) {
  row.status.state = rollout::State::aborted;
  row.status.reason = target.rollout.str() + " took its place while this hub could not see it; its end is not known";
  row.updated = turn.now.wall;
  row.ended = turn.now.wall;
  turn.save(row);
  Deployment deployment = turn.world.deployments.at(row.deployment).deployment;
  if (deployment.superseded_by.empty()) deployment.superseded_by = target.deployment;
  if (deployment.stopped.empty()) deployment.stopped = row.status.reason;
  turn.save(deployment);
  turn.touch(row.deployment);
}

}  // namespace

bool in_recovery(const World& world) { return !world.recoveries.empty() && !world.recoveries.back().ended; }

bool may_sign(const World& world, const SiteEntry& entry) {
  return entry.heard && entry.status.recovery.empty() && entry.status.frozen.empty() && !in_recovery(world);
}

bool is_of_earlier_epoch(const World& world, const SiteEntry& entry, Codec& codec) {
  if (entry.desired.generation == Generation() || world.hub_epoch == HubEpoch(1)) return false;
  const auto read = codec.decode_desired(entry.desired.bytes);
  return !read || read->hub_epoch < world.hub_epoch;
}

Reasons held_by_recovery(const World& world) {
  if (!in_recovery(world)) return {};
  const RecoveryRow& row = world.recoveries.back();
  return {{"recovery", "this hub lost memory and signs nothing new: " + row.why, "hub", std::nullopt,
           std::string("an admin: ") + kCommand}};
}

std::string settle_memory(Turn& turn, SiteEntry& entry, const sync::Hello& hello) {
  entry.heard = true;
  entry.obeys = hello.hub_epoch;
  const std::string why = knows_more(turn.world, entry, hello, turn.codec);
  if (why.empty()) return why;
  if (hello.document.empty()) {
    if (!hello.shows) return why + "; its agent is too old to show what it holds: upgrade it";
    if (hello.generation > Generation()) turn.send(SendDown{entry.site.name, sync::Show{}});
    return why;
  }
  const auto shown = read_shown(turn, entry, hello);
  if (!shown) return why + "; " + shown.error().what;
  const bool newer = shown->generation > entry.desired.generation ||
                     (shown->generation == entry.desired.generation && hello.document != entry.desired.bytes);
  // What was signed before a recovery is part of what was lost then; a person has said to go on.
  const auto& past = turn.world.recoveries;
  if (newer && !past.empty() && shown->hub_epoch < past.back().raised_to) {
    adopt(turn, entry, *shown, hello.document);
    return knows_more(turn.world, entry, hello, turn.codec);
  }
  if (newer) notice(turn, entry, *shown, why);
  return why;
}

void ask_for_forgotten(Turn& turn, SiteEntry& entry, const sync::Hello& hello) {
  for (const sync::StreamPosition& position : hello.streams) {
    const Sequence here = entry.inbox.contiguous(position.stream);
    if (position.acked > here) turn.send(SendDown{entry.site.name, sync::Resend{position.stream, here.next()}});
  }
}

void end_forgotten(Turn& turn, SiteEntry& entry, const sync::Hello& hello) {
  if (turn.world.recoveries.empty() || !told_all(entry, hello)) return;
  for (auto& [id, row] : turn.world.rollouts) {
    if (is_forgotten(turn.world, entry, row, hello)) end_as_forgotten(turn, row, entry.targets.at(row.service));
  }
}

Answer note_take_over(Turn& turn) {
  const std::uint64_t epoch = turn.world.hub_epoch.value();
  const std::string text = "this hub took over the database; what the one before it signs or commits counts no longer";
  turn.leaf("hub.took_over", "hub", "hub epoch " + words(epoch - 1), "hub epoch " + words(epoch), text);
  turn.event("notice", "hub epoch " + words(epoch) + ": " + text);
  return made("hub");
}

Answer recover(Turn& turn, const Recover& request) {
  World& world = turn.world;
  if (request.reason.empty() || request.reason.size() > kReasonBytesMax)
    return refused(Errc::invalid, "reason: say in 1 to 1,000 bytes why this hub may go on");
  const std::string aside = those_set_aside(world);
  if (!in_recovery(world) && aside.empty())
    return refused(Errc::refused, "no site knows more than this hub: there is nothing to recover");
  const HubEpoch before = world.hub_epoch;
  world.hub_epoch = next_epoch(world);
  turn.out.changes.raise_to = world.hub_epoch;
  jump(world.counters);
  hold_all(turn);
  const std::string after = "hub epoch " + words(world.hub_epoch.value());
  turn.leaf("hub.recovered", "hub", "hub epoch " + words(before.value()), after, request.reason);
  turn.event("notice", "the hub goes on under " + after + " by " + turn.actor.str() + ": " + request.reason +
                           (aside.empty() ? "" : "; sites are asked what they hold, among them " + aside));
  if (in_recovery(world)) {
    RecoveryRow row = world.recoveries.back();
    row.ended = turn.now.wall;
    row.ended_by = turn.actor;
    row.reason = request.reason;
    row.raised_to = world.hub_epoch;
    turn.save(std::move(row));
  }
  // Every document is signed again under the new epoch, after its site said what it holds.
  for (auto& [name, entry] : world.sites) {
    if (entry.desired.generation == Generation()) continue;
    entry.heard = false;
    turn.mark_site(entry);
  }
  turn.send(TakeOver{world.hub_epoch});
  return made("hub");
}

}  // namespace depops::hub
