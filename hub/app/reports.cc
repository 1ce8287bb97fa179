#include <algorithm>
#include <utility>

#include "hub/app/ingest.h"
#include "hub/app/inventory.h"
#include "hub/app/supersede.h"
#include "hub/ports/event_entry.h"

namespace depops::hub {
namespace {

using rollout::State;

struct Source {
  SiteEntry& entry;
  Sequence sequence;
  const std::string& bytes;
};

// The line of the event log for one entry, without the entry itself.
EventRow& line_for(Turn& turn, const Source& source, const char* kind, Instant at, std::string text) {
  EventRow& row = turn.event(kind, std::move(text));
  row.at = at;
  row.site = source.entry.site.name;
  row.environment = source.entry.site.environment;
  row.sequence = source.sequence;
  return row;
}

EventRow& log(Turn& turn, const Source& source, const char* kind, Instant at, std::string text) {
  EventRow& row = line_for(turn, source, kind, at, std::move(text));
  row.report_bytes = source.bytes;
  return row;
}

// The rollout of that name if it is one of this site.
Rollout* rollout_at(Turn& turn, const Source& source, const RolloutId& id) {
  const auto found = turn.world.rollouts.find(id);
  if (found == turn.world.rollouts.end() || found->second.site != source.entry.site.name) return nullptr;
  return &found->second;
}

void name_rollout(EventRow& row, const RolloutId& id, const Rollout* rollout) {
  row.rollout = id;
  if (rollout == nullptr) return;
  row.deployment = rollout->deployment;
  row.service = rollout->service;
}

std::string text_of(const rollout::RolloutStatus& status) {
  std::string text = status.rollout.str() + ": " + rollout::name_of(status.state);
  if (!status.phase.empty()) text += ", " + status.phase;
  if (status.steps > 0 && !rollout::is_ended(status.state))
    text += ", step " + std::to_string(std::min(status.step + 1, status.steps)) + " of " + std::to_string(status.steps);
  if (!status.reason.empty()) text += " (" + status.reason + ")";
  return text;
}

// What completed is what the site goes back to from now on.
void note_completed(Turn& turn, SiteEntry& entry, const Rollout& row) {
  SiteTarget& target = entry.targets[row.service];
  if (target.rollout != row.id) return note_completed_late(turn, target, row);
  target.stable_version = turn.world.plan(row.plan).target.label;
  target.stable_plan = row.plan;
  turn.save(target);
}

// A site that refused a document and began the rollout after all gets its verbs again: they travel with the target.
void note_begun(Turn& turn, SiteEntry& entry, const Rollout& row) {
  SiteTarget& target = entry.targets[row.service];
  if (target.rollout != row.id || !target.withdrawn) return;
  const std::string before = depops::hub::text_of(target);
  target.withdrawn = false;
  turn.leaf("rollout.returned", "rollout/" + row.id.str(), before, depops::hub::text_of(target),
            "the site began what it had refused");
  turn.save(target);
  turn.mark_site(entry);
}

void apply(Turn& turn, const Source& source, const rollout::RolloutChanged& report) {
  Rollout* row = rollout_at(turn, source, report.status.rollout);
  EventRow& line = log(turn, source, "rollout", report.at, text_of(report.status));
  name_rollout(line, report.status.rollout, row);
  SiteStatus& site = source.entry.status;
  site.held = std::max(site.held, report.status.epoch);
  note_accepted(turn, source.entry, report.status.epoch);
  note_fact(turn, source.entry, source.sequence, report.status);
  if (row == nullptr) return;
  // What is told after the end, like another size, does not put the end off.
  const bool had_ended = rollout::is_ended(row->status.state) && row->status.attempt == report.status.attempt;
  const std::optional<Instant> ended = had_ended ? row->ended : std::nullopt;
  row->status = report.status;
  row->sequence = source.sequence;
  row->updated = report.at;
  row->ended.reset();
  if (rollout::is_ended(report.status.state)) row->ended = ended.value_or(report.at);
  turn.save(*row);
  note_begun(turn, source.entry, *row);
  if (source.entry.targets[row->service].rollout == row->id) end_never_begun(turn, *row);
  if (report.status.state == State::completed) note_completed(turn, source.entry, *row);
  turn.touch(row->deployment);
}

void apply(Turn& turn, const Source& source, const rollout::WindowJudged& report) {
  std::string text = report.measurement.metric.str() + ": " + analysis::name_of(report.measurement.outcome);
  if (!report.measurement.sentence.empty()) text += ", " + report.measurement.sentence;
  EventRow& line = log(turn, source, "measurement", report.at, std::move(text));
  name_rollout(line, report.rollout, rollout_at(turn, source, report.rollout));
}

// A retry that the site will not begin leaves the rollout ended.
void end_refused_retry(Turn& turn, Rollout& row, const rollout::CommandAnswered& report) {
  row.status.state = State::aborted;
  row.status.reason = "retry refused by the site: " + report.reason;
  row.updated = report.at;
  row.ended = report.at;
  turn.save(row);
  turn.touch(row.deployment);
}

void apply(Turn& turn, const Source& source, const rollout::CommandAnswered& report) {
  std::string text = report.command.str() + (report.accepted ? " accepted" : " refused");
  if (!report.reason.empty()) text += ": " + report.reason;
  Rollout* row = rollout_at(turn, source, report.rollout);
  name_rollout(log(turn, source, "command", report.at, std::move(text)), report.rollout, row);
  auto& open = source.entry.commands;
  const auto found =
      std::find_if(open.begin(), open.end(), [&](const CommandRow& one) { return one.command.id == report.command; });
  if (found == open.end()) return;
  CommandRow command = std::move(*found);
  open.erase(found);
  command.answered = true;
  command.accepted = report.accepted;
  command.answer = report.reason;
  command.answered_at = report.at;
  turn.save(command);
  const bool retry = command.command.verb == rollout::Verb::retry && !report.accepted;
  if (retry && row != nullptr && row->status.state == State::pending) end_refused_retry(turn, *row, report);
}

// What the refused document introduced will not begin there: the rollouts fail, and are no longer asked for.
void apply(Turn& turn, const Source& source, const rollout::DesiredRefused& report) {
  const std::string why = "the site refused generation " + std::to_string(report.generation.value()) + " (" +
                          report.code + "): " + report.reason;
  log(turn, source, "refused", report.at, source.entry.site.name.str() + ": " + why);
  // Signed before this hub took over: the one after it says the same again.
  if (report.code == "epoch" && report.generation < source.entry.desired.generation) return;
  for (auto& [service, target] : source.entry.targets) {
    if (target.epoch != report.generation || target.withdrawn) continue;
    Rollout* row = rollout_at(turn, source, target.rollout);
    if (row == nullptr || row->sequence != Sequence() || rollout::is_ended(row->status.state)) continue;
    row->status.state = State::failed;
    row->status.reason = why;
    row->updated = report.at;
    row->ended = report.at;
    turn.save(*row);
    target.withdrawn = true;
    turn.leaf("rollout.withdrawn", "rollout/" + row->id.str(), "", depops::hub::text_of(target), why);
    turn.save(target);
    turn.mark_site(source.entry);
    turn.touch(row->deployment);
    give_back_target(turn, source.entry, target, *row);
  }
}

void apply(Turn& turn, const Source& source, const rollout::DriftSeen& report) {
  EventRow& line =
      log(turn, source, "drift", report.at, report.what + (report.reasserted ? "; written again" : "; left as it is"));
  name_rollout(line, report.rollout, rollout_at(turn, source, report.rollout));
  line.service = report.service;
}

void apply(Turn& turn, const Source& source, const rollout::Notice& report) {
  EventRow& line = line_for(turn, source, "notice", report.at, depops::hub::text_of(report));
  line.service = report.service;
  const auto said = notice_of(line);
  if (!said || turn.codec.encode_report(*said) != source.bytes) line.report_bytes = source.bytes;
}

// One line for many that follow each other; how many they were is told by the sequence of the line before.
void apply(Turn& turn, const Source& source, const rollout::Tombstone& report) {
  auto& rows = turn.out.changes.events;
  const bool more = !rows.empty() && rows.back().kind == "coalesced" && rows.back().site == source.entry.site.name &&
                    rows.back().sequence.next() == source.sequence;
  EventRow& line = more ? rows.back()
                        : log(turn, source, "coalesced", report.at,
                              "progress that later reports of the same step replaced before it could be sent");
  line.sequence = source.sequence;
  line.at = report.at;
}

}  // namespace

void apply_report(Turn& turn, SiteEntry& entry, Sequence sequence, const std::string& bytes) {
  const Source source{entry, sequence, bytes};
  const auto report = turn.codec.decode_report(bytes);
  if (!report) {
    log(turn, source, "notice", turn.now.wall, "an entry this hub can not read: " + report.error().what);
    return;
  }
  std::visit([&](const auto& one) { apply(turn, source, one); }, *report);
}

}  // namespace depops::hub
