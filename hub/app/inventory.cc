#include "hub/app/inventory.h"

#include <utility>

#include "hub/app/session.h"

namespace depops::hub {
namespace {

SiteFact row_of(const Turn& turn, const SiteEntry& entry, sync::Fact fact, bool gone = false) {
  return {entry.site.name, std::move(fact), turn.now.wall, gone};
}

void agree(Turn& turn, SiteEntry& entry) {
  entry.status.facts_agreed = turn.now.wall;
  entry.status.facts_as_of = entry.facts.as_of();
  turn.save_status(entry);
}

void save(Turn& turn, const SiteEntry& entry, const sync::FactsMirror::Switched& switched) {
  for (const ServiceName& service : switched.changed) turn.save(row_of(turn, entry, entry.facts.facts().at(service)));
  for (const ServiceName& service : switched.removed) {
    sync::Fact fact;
    fact.service = service;
    turn.save(row_of(turn, entry, std::move(fact), true));
  }
}

}  // namespace

void compare_facts(Turn& turn, SiteEntry& entry, const sync::FactsRoot& told) {
  if (told.digest == 0) return;  // an agent from before there were facts
  const auto ask = entry.facts.on_root(told);
  if (!ask) return agree(turn, entry);
  std::visit([&](const auto& one) { turn.send(SendDown{entry.site.name, one}); }, *ask);
}

void take_facts(Turn& turn, SiteEntry& entry, const sync::UpMessage& message) {
  sync::FactsMirror::Step step;
  if (const auto* inventory = std::get_if<sync::Inventory>(&message)) step = entry.facts.on_inventory(*inventory);
  if (const auto* part = std::get_if<sync::SnapshotPart>(&message)) step = entry.facts.on_part(*part);
  if (step.refused)
    note_on_site(turn, entry, "site.facts_refused",
                 "the rows of its facts are not those that it announced; they are asked for again");
  if (step.switched) save(turn, entry, *step.switched);
  if (step.agreed) agree(turn, entry);
  if (step.ask) turn.send(SendDown{entry.site.name, *step.ask});
}

void note_fact(Turn& turn, SiteEntry& entry, Sequence sequence, const rollout::RolloutStatus& status) {
  if (entry.facts.on_status(sequence, status)) turn.save(row_of(turn, entry, entry.facts.facts().at(status.service)));
}

}  // namespace depops::hub
