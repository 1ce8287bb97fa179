#include <algorithm>
#include <map>
#include <set>

#include "hub/app/recovery.h"
#include "hub/app/world.h"
#include "tests/simulation/parted_end.h"

// What goes wrong while hub and sites lose and find each other, and what must hold afterwards.
namespace depops::simulation {

using namespace std::chrono_literals;

namespace {

constexpr std::uint32_t kTurnsOfTrouble = 60;
constexpr std::uint32_t kLost = 300;         // of 1,000 messages; as many come twice
constexpr std::uint32_t kBackOffTurns = 40;  // at least 30 s until the last one is back
constexpr Millis kAdmitted{60'000};          // the longest that a site may take, from its connect on
constexpr Millis kHour{3'600'000};

}  // namespace

// For days nobody hears of the hub, people at sites do what they like, and agents restart.
void Parted::part() {
  for (const auto& site : sites_) site->set_link(false);
  for (std::uint32_t hour = 0; hour < parting_.days * 24; ++hour) {
    now_.wall += kHour;
    now_.boottime += kHour;
    if (wake_ && *wake_ <= now_.wall) give(hub::Tick{});
    for (const auto& site : sites_) {
      site->pass(kHour);
      if (rng_.chance(40)) site->scale_here(rng_.between(1, 4));
      if (rng_.chance(5)) site->restart_agent();
    }
  }
}

void Parted::put_back() {
  note("the hub's database is put back");
  ++result_.faults;
  store_ = *yesterday_;
  load();
}

// All come back within the back-off, over a bad link, while agents, hub and broker restart.
void Parted::heal() {
  for (const auto& site : sites_) site->set_loss(kLost);
  for (std::uint32_t i = 0; i < kTurnsOfTrouble; ++i) {
    for (const auto& site : sites_)
      if (rng_.below(kBackOffTurns) == 0 || i == kBackOffTurns) site->set_link(true);
    turn();
    trouble();
  }
  for (const auto& site : sites_) site->set_loss(0);
}

void Parted::trouble() {
  if (rng_.chance(60)) {
    ++result_.faults;
    sites_[rng_.below(static_cast<std::uint32_t>(sites_.size()))]->restart_agent();
  }
  if (rng_.chance(40)) {
    ++result_.faults;
    note("the hub restarts");
    load();
  }
  if (!rng_.chance(40)) return;
  ++result_.faults;
  note("the broker restarts and has forgotten all");
  for (const auto& site : sites_) {
    site->lose_mail();
    site->set_link(false);
    site->set_link(true);
  }
}

bool Parted::knows_all(std::size_t i) const {
  const hub::World& world = hub_->world();
  const hub::SiteEntry& entry = world.sites.at(ends_[i]->site());
  const agent::SiteState& site = sites_[i]->journal().site();
  return entry.inbox.contiguous(sync::Stream::events) == site.events_last &&
         entry.inbox.contiguous(sync::Stream::audit) == site.audit_last && entry.status.recovery.empty() &&
         !entry.behind && entry.desired.generation == site.generation && site.hub_epoch == world.hub_epoch;
}

bool Parted::recover_if_needed() {
  const hub::World& world = hub_->world();
  const bool aside =
      std::ranges::any_of(world.sites, [](const auto& one) { return !one.second.status.recovery.empty(); });
  const bool needed = hub::in_recovery(world) || (aside && world.recoveries.empty());
  if (needed) ask(hub::Recover{"the disk was replaced"});
  return needed;
}

// From its connect on a site and the hub must know the same within 60 s.
void Parted::converge() {
  for (const auto& [name, entry] : hub_->world().sites)
    demand(entry.status.frozen.empty(), name.str() + " is one host and was frozen: " + entry.status.frozen);
  for (const auto& site : sites_) site->set_link(false);
  for (const auto& site : sites_) site->set_link(true);
  Millis from = now_.boottime;
  for (std::uint32_t i = 0; i < 20; ++i) turn();  // what sites say is noticed, and a person decides
  if (recover_if_needed()) from = now_.boottime;
  std::size_t known = 0;
  while (known < sites_.size()) {
    turn();
    for (known = 0; known < sites_.size() && knows_all(known);) ++known;
    slowest_ = std::max(slowest_, now_.boottime - from);
    if (now_.boottime - from <= kAdmitted) continue;
    const hub::SiteEntry& entry = hub_->world().sites.at(ends_[known]->site());
    const agent::SiteState& site = sites_[known]->journal().site();
    throw Violation("not converged: after 60 s the hub has " +
                    std::to_string(entry.inbox.contiguous(sync::Stream::events).value()) + " of " +
                    std::to_string(site.events_last.value()) + " events of " + ends_[known]->site().str() +
                    ", which holds generation " + std::to_string(site.generation.value()) + " of " +
                    std::to_string(entry.desired.generation.value()) + "; " + entry.status.recovery);
  }
}

// A person looks at what is held.
void Parted::let_go() {
  for (const DeploymentId& id : std::set<DeploymentId>(hub_->world().under_way)) {
    hub::GiveVerb verb;
    verb.deployment = id;
    verb.verb = rng_.chance(500) ? rollout::Verb::resume : rollout::Verb::abort;
    ask(verb);
  }
}

// Every leaf and every event of every site is at the hub once, or a gap says that it is not.
void Parted::check_logs() const {
  std::map<SiteName, std::set<std::uint64_t>> leaves;
  std::map<SiteName, std::set<std::uint64_t>> events;
  for (const hub::AuditRow& row : store_.audit()) {
    demand(row.leaf.action != "site.gap", "entries were lost although every site keeps its own: " + row.leaf.reason);
    if (row.source != hub::AuditSource::site) continue;
    demand(leaves[row.site].insert(row.sequence.value()).second, "a leaf of " + row.site.str() + " is there twice");
  }
  for (const hub::EventRow& row : store_.events()) {
    if (row.sequence == Sequence()) continue;
    demand(events[row.site].insert(row.sequence.value()).second, "an event of " + row.site.str() + " is there twice");
  }
  for (std::size_t i = 0; i < sites_.size(); ++i) {
    const agent::SiteState& site = sites_[i]->journal().site();
    demand(leaves[ends_[i]->site()].size() == site.audit_last.value(), "audit of a site is not complete at the hub");
    demand(events[ends_[i]->site()].size() == site.events_last.value(), "events of a site are not complete at the hub");
  }
}

// A rollout begins once at a site, whatever the hub forgot.
void Parted::check_begun(std::size_t i) const {
  std::map<std::string, std::uint32_t> begun;
  for (const agent::OutboxRow& row : sites_[i]->journal().rows()) {
    const auto* leaf = std::get_if<audit::Leaf>(&row.entry);
    if (leaf != nullptr && leaf->action == "rollout.submit") ++begun[leaf->object];
  }
  demand(!begun.empty(), "no rollout began at " + ends_[i]->site().str());
  for (const auto& [rollout, times] : begun)
    demand(times == 1, rollout + " began " + std::to_string(times) + " times at " + ends_[i]->site().str());
}

}  // namespace depops::simulation
