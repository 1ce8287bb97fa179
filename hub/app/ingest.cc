#include "hub/app/ingest.h"

#include <algorithm>
#include <bit>

#include "hub/app/attestations.h"
#include "hub/app/health.h"
#include "hub/app/inventory.h"
#include "hub/app/progress.h"
#include "hub/app/recovery.h"
#include "hub/app/reminder.h"
#include "hub/app/session.h"

namespace depops::hub {
namespace {

constexpr Millis kHeardStored{10'000};  // a young `heard` is not written again

void note_heard(Turn& turn, SiteEntry& entry) {
  const bool young = entry.status.heard && turn.now.wall - *entry.status.heard < kHeardStored;
  if (young) return;
  entry.status.heard = turn.now.wall;
  turn.save_status(entry);
}

void record_leaf(Turn& turn, const SiteEntry& entry, const sync::Entry& item) {
  AuditRow row;
  row.index = ++turn.world.counters.audit;
  row.source = AuditSource::site;
  row.site = entry.site.name;
  row.sequence = item.sequence;
  row.bytes = item.bytes;
  row.hash = leaf_hash(turn.codec, item.bytes);
  auto leaf = turn.codec.decode_leaf(item.bytes);
  if (leaf) {
    row.leaf = std::move(leaf).value();
  } else {
    row.leaf.at = turn.now.wall;
    row.leaf.action = "unknown";
    row.leaf.object = "site/" + entry.site.name.str();
    row.leaf.reason = "a leaf this hub can not read; its bytes are kept: " + leaf.error().what;
  }
  turn.out.changes.audit.push_back(std::move(row));
}

void take(Turn& turn, SiteEntry& entry, const sync::Received& received) {
  if (received.gap) {
    const std::string text = "entries " + std::to_string(received.gap->from.value()) + " to " +
                             std::to_string(received.gap->to.value()) + " of stream " +
                             sync::name_of(received.gap->stream) + " are lost at the site";
    turn.leaf("site.gap", "site/" + entry.site.name.str(), "", text, text);
    site_event(turn, entry, "gap", entry.site.name.str() + ": " + text);
  }
  for (const sync::Entry& item : received.fresh) {
    if (item.stream == sync::Stream::audit) {
      record_leaf(turn, entry, item);
    } else {
      apply_report(turn, entry, item.sequence, item.bytes);
    }
  }
  if (!received.frozen.empty()) freeze_site(turn, entry, received.frozen);
  if (!received.fresh.empty() || received.gap) turn.save_inbox(entry);
  if (received.resend) turn.send(SendDown{entry.site.name, *received.resend});
}

void acknowledge(Turn& turn, const SiteEntry& entry, sync::Stream stream) {
  if (!entry.inbox.frozen().empty()) return;
  const fleet::Credit::Grant grant = turn.world.credit.grant(entry.site.name, turn.now);
  sync::Ack ack = entry.inbox.ack(stream, grant.window);
  ack.wait = grant.wait;
  turn.send(SendDown{entry.site.name, ack});
}

// A newer trust root goes on its way at once: what comes next may be signed by keys that it brings.
void note_trust(Turn& turn, SiteEntry& entry, trust::TrustVersion told) {
  if (entry.status.trust_version == told) return;
  entry.status.trust_version = told;
  if (!trust_roots_for(turn.world, entry).empty()) turn.mark_site(entry);
}

void on_hello(Turn& turn, SiteEntry& entry, std::uint64_t session, const sync::Hello& hello) {
  SiteStatus& status = entry.status;
  if (session < status.session && entry.inbox.sender().incarnation == status.incarnation) return;
  const std::string recovery = settle_memory(turn, entry, hello);
  if (recovery != status.recovery)
    note_on_site(turn, entry, recovery.empty() ? "site.recovered" : "site.recovery",
                 recovery.empty() ? "the site and this hub agree again" : recovery);
  status.recovery = recovery;
  const bool same = status.session == session && status.incarnation == entry.inbox.sender().incarnation;
  status.incarnation = entry.inbox.sender().incarnation;
  status.session = session;
  entry.voice = hello.voice;
  status.online = true;
  status.heard = turn.now.wall;
  status.hello = turn.now.wall;
  status.held = same ? std::max(status.held, hello.generation) : hello.generation;
  status.agent_version = hello.agent_version;
  if (status.base_generation > hello.generation) status.base = {};  // the site began anew
  status.base_generation = std::min(status.base_generation, hello.generation);
  note_accepted(turn, entry, hello.generation);
  note_trust(turn, entry, hello.trust_version);
  turn.save_status(entry);
  if (entry.behind) turn.mark_site(entry);
  if (!recovery.empty()) return;  // what it did is taken when what it was told is known
  for (const sync::StreamPosition& position : hello.streams) {
    take(turn, entry, entry.inbox.on_position(position, turn.now));
    turn.world.credit.on_position(entry.site.name, position.stream, position.last,
                                  entry.inbox.contiguous(position.stream), turn.now);
    acknowledge(turn, entry, position.stream);
  }
  ask_for_forgotten(turn, entry, hello);
  end_forgotten(turn, entry, hello);
  if (!entry.status.frozen.empty()) return;
  compare_facts(turn, entry, hello.facts);
  if (!entry.behind && hello.generation < entry.desired.generation)
    turn.send(PublishDesired{entry.site.name, entry.desired.generation, entry.desired.bytes});
}

// Its Hello was lost, and nothing is signed for it before.
void ask_unheard(Turn& turn, const SiteEntry& entry) {
  if (!entry.heard) turn.send(SendDown{entry.site.name, sync::Show{}});
}

void on_message(Turn& turn, SiteEntry& entry, const FromSite& input) {
  const sync::UpMessage& message = input.message;
  if (const auto* hello = std::get_if<sync::Hello>(&message)) {
    if (greet(turn, entry, *hello, input.draw)) on_hello(turn, entry, input.sender.session, *hello);
    return;
  }
  ask_unheard(turn, entry);
  // What it did is taken when what it was told is known: a report of a rollout that is not known yet would be lost.
  if (!entry.heard || !entry.status.recovery.empty()) return;
  if (const auto* run = std::get_if<sync::Run>(&message)) {
    note_heard(turn, entry);
    take(turn, entry, entry.inbox.on_run(*run, turn.now));
    turn.world.credit.on_entries(entry.site.name, run->stream, entry.inbox.contiguous(run->stream), turn.now);
    acknowledge(turn, entry, run->stream);
  } else if (const auto* gone = std::get_if<sync::Gone>(&message)) {
    take(turn, entry, entry.inbox.on_gone(*gone));
    acknowledge(turn, entry, gone->stream);
  } else {
    take_facts(turn, entry, message);
  }
}

}  // namespace

void note_accepted(Turn& turn, SiteEntry& entry, Generation generation) {
  const DesiredDoc& newest = entry.desired;
  if (generation == Generation() || generation != newest.generation) return;
  if (entry.status.base_generation == generation) return;
  entry.status.base = turn.codec.digest(newest.bytes);
  entry.status.base_generation = generation;
}

void from_site(Turn& turn, const FromSite& input) {
  SiteEntry* entry = turn.world.find_site(input.sender.site);
  if (entry == nullptr) return;
  if (input.sender.site_epoch > entry->site.site_epoch) {
    bad_frame(turn, {input.sender.site, "site epoch was never given out by this hub"});
    return;
  }
  turn.actor = Actor("agent:" + input.sender.site.str());
  turn.cause = input.sender.incarnation;
  const bool first = entry->inbox.sender().incarnation.empty();
  switch (entry->inbox.admit(input.sender)) {
    case sync::Admission::known:
      break;
    case sync::Admission::new_life:
      turn.save_inbox(*entry);
      begin_life(turn, *entry);
      note_on_site(turn, *entry, first ? "site.joined" : "site.new_life",
                   first ? "first contact" : "the journal of the site began anew; the end of the former is unknown");
      break;
    case sync::Admission::old_life:
      bad_frame(turn, {input.sender.site, "speaks for a life that was replaced"});
      return;
    case sync::Admission::frozen:
      tell_frozen(turn, *entry, input.message);
      return;
  }
  on_message(turn, *entry, input);
}

void heard(Turn& turn, const Heard& input) {
  SiteEntry* entry = turn.world.find_site(input.site);
  if (entry == nullptr) return;
  ask_unheard(turn, *entry);
  const bool back = !entry->status.online;  // who speaks is there, whatever the broker said before
  entry->status.online = true;
  entry->status.heard = turn.now.wall;
  entry->status.telemetry = input.telemetry;
  entry->status.telemetry->past.clear();
  keep_past(turn, *entry, input.telemetry.past);
  turn.save_status(*entry);
  if (back) site_event(turn, *entry, "site", input.site.str() + " is connected");
  remind(turn, *entry);
}

void call_next(Turn& turn) {
  for (const fleet::Credit::Call& call : turn.world.credit.next_turns(turn.now)) {
    const SiteEntry* entry = turn.world.find_site(call.site);
    if (entry != nullptr) acknowledge(turn, *entry, call.stream);
  }
}

void presence(Turn& turn, const Presence& input) {
  SiteEntry* entry = turn.world.find_site(input.site);
  if (entry == nullptr) return;
  // A death of an earlier connection says nothing about the present one.
  const bool named = !input.voice.empty();
  const bool present =
      named ? entry->voice.empty() || input.voice == entry->voice : input.session == entry->status.session;
  if (!input.online && !present) return;
  if (entry->status.online == input.online) return;
  entry->status.online = input.online;
  if (!input.online) turn.world.credit.leave(input.site);
  turn.save_status(*entry);
  site_event(turn, *entry, "site", input.site.str() + (input.online ? " is connected" : " is gone"));
}

void bad_frame(Turn& turn, const BadFrame& input) {
  SiteEntry* entry = turn.world.find_site(input.site);
  if (entry == nullptr) return;
  const std::uint64_t count = ++entry->status.bad_frames;
  turn.save_status(*entry);
  // A flood must not fill the log: the 1st, 2nd, 4th, 8th ... are audited with the count.
  if (std::has_single_bit(count))
    note_on_site(turn, *entry, "site.bad_frame", "frame dropped (" + std::to_string(count) + " so far): " + input.why);
}

}  // namespace depops::hub
