#include <algorithm>
#include <utility>

#include "agent/app/site.h"
#include "shared/rollout/desired.h"

namespace depops::agent {
namespace {

void count_requests(sync::ServiceTelemetry& out, const ServiceTraffic& traffic) {
  for (const analysis::CounterRow& row : traffic.counters) {
    out.requests += row.answers + row.lost;
    out.errors += row.errors_5xx + row.lost;
  }
}

}  // namespace

void Agent::Site::write(Turn& turn, rollout::Report report) {
  site_.events_last = site_.events_last.next();
  bury(turn, progress_.note(report, site_.events_last));
  turn.out.batch.outbox.push_back({sync::Stream::events, site_.events_last, std::move(report)});
  turn.site_changed = true;
  outbox_.appended(sync::Stream::events, site_.events_last);
}

void Agent::Site::write(Turn& turn, audit::Leaf leaf) {
  site_.audit_last = site_.audit_last.next();
  turn.out.batch.outbox.push_back({sync::Stream::audit, site_.audit_last, std::move(leaf)});
  turn.site_changed = true;
  outbox_.appended(sync::Stream::audit, site_.audit_last);
}

// The hub takes an entry once and for good, so what may have been sent stays as it is.
void Agent::Site::bury(Turn& turn, const std::optional<sync::Progress::Row>& superseded) {
  if (!superseded || sending_ || outbox_.backlog(sync::Stream::events) < settings_.coalesce_after) return;
  if (!outbox_.never_left(sync::Stream::events, superseded->sequence)) return;
  turn.out.batch.buried.push_back(
      {sync::Stream::events, superseded->sequence, rollout::Report(rollout::Tombstone{superseded->at})});
  outbox_.buried(sync::Stream::events, superseded->sequence);
}

// One run at a time: how many entries went out is known only when the journal was read.
void Agent::Site::send(Turn& turn) {
  if (sending_ || !connected_) return;
  const auto due = outbox_.next(turn.now);
  if (!due) return;
  sending_ = true;
  overtaken_ = false;
  sending_first_ = due->first;
  turn.out.effects.push_back(SendEntries{due->stream, due->first, due->max_entries, due->max_bytes});
}

void Agent::Site::hello(Turn& turn, bool with_document) {
  hello_at_ = Stamp::of(turn.now);
  sync::Hello hello;
  hello.digest = held_digest_;
  hello.shows = true;
  if (with_document) hello.document = held_;
  hello.generation = site_.generation;
  hello.hub_epoch = site_.hub_epoch;
  for (const sync::Stream stream : sync::kStreams) hello.streams.push_back(outbox_.position(stream));
  hello.agent_version = settings_.agent_version;
  if (settings_.trust) hello.trust_version = root().root.version;
  hello.token = site_.token;
  hello.voice = speaking_.voice;
  hello.facts = sync::root_of(sync::buckets_of(facts(turn.now)));
  speaking_.said_hello(settings_.hello_interval, turn.machine);
  turn.out.effects.push_back(SendHello{std::move(hello)});
}

void Agent::Site::tell(Turn& turn) {
  HealthHistory& history = speaking_.history;
  if (history.wants(turn.now)) history.see(look_at(telemetry(turn.now), records(), world()), turn.now);
  auto& told = speaking_.telemetry_at;
  const bool due = is_over(settings_.telemetry_interval, told, turn.now);
  if (due) told = Stamp::of(turn.now);
  if (!connected_) {
    speaking_.telemetry_dropped += due ? 1U : 0U;
    return;
  }
  if (hello_is_due(turn.now)) hello(turn);
  if (!due) return;
  SendTelemetry effect{telemetry(turn.now)};
  effect.telemetry.past_dropped = history.dropped();
  // After all else: whoever waits for a verdict goes before who looks at a chart.
  if (outbox_.online() && outbox_.backlog() == 0) effect.telemetry.past = history.due(turn.now);
  turn.out.effects.push_back(std::move(effect));
}

void Agent::Site::on(Turn& turn, const HubSeen& seen) {
  const sync::HubState& state = seen.state;
  if (state.hub_epoch < site_.hub_epoch) return;  // an old hub's word: not obeyed
  if (state.hub_epoch > site_.hub_epoch && storage_ != Storage::gone) {
    site_.hub_epoch = state.hub_epoch;
    turn.site_changed = true;
  }
  overtaken_ = true;
  if (connected_ && speaking_.voice.empty()) hear_time(turn, state.at);
  hub_there_ = state.online;
  outbox_.set_online(state.online && connected_, turn.now);
  if (state.online && connected_) hello(turn);
  send(turn);
}

void Agent::Site::on(Turn& turn, const LinkChanged& link) {
  connected_ = link.connected;
  overtaken_ = true;
  speaking_.connect(link.voice);
  if (!connected_) hub_there_ = false;
  outbox_.set_online(connected_ && hub_there_, turn.now);
  if (!connected_) return;
  hello_at_.reset();
  speaking_.telemetry_at.reset();
  tell(turn);
  speaking_.history.close();
  send(turn);
}

void Agent::Site::on(Turn& turn, const FromHub& message) {
  const sync::DownMessage& word = message.message;
  if (connected_ && speaking_.voice.empty()) hear_time(turn, message.at);
  if (const auto* ack = std::get_if<sync::Ack>(&word)) return acknowledged(turn, *ack);
  if (const auto* resend = std::get_if<sync::Resend>(&word)) {
    overtaken_ = true;
    if (auto gone = outbox_.on_resend(*resend, turn.now)) turn.out.effects.push_back(SendAnswer{*gone});
  }
  if (std::holds_alternative<sync::Show>(word)) return hello(turn, true);
  if (const auto* welcome = std::get_if<sync::Welcome>(&word)) take(turn, *welcome, message.at);
  if (const auto* freeze = std::get_if<sync::Freeze>(&word)) take(turn, *freeze);
  if (const auto* taken = std::get_if<sync::HealthTaken>(&word)) speaking_.history.taken(*taken);
  if (const auto* ask = std::get_if<sync::InventoryAsk>(&word)) answer(turn, *ask);
  if (const auto* ask = std::get_if<sync::SnapshotAsk>(&word)) answer(turn, *ask);
  send(turn);
}

void Agent::Site::acknowledged(Turn& turn, const sync::Ack& ack) {
  overtaken_ = overtaken_ || ack.contiguous >= sending_first_;
  const sync::AckResult result = outbox_.on_ack(ack, turn.now);
  // Not worth a commit of its own: a lost acknowledgement only means to send something twice.
  if (result == sync::AckResult::advanced) {
    (ack.stream == sync::Stream::events ? site_.events_acked : site_.audit_acked) = ack.contiguous;
  }
  if (result == sync::AckResult::ahead && storage_ != Storage::gone) {
    write(turn, rollout::Notice{turn.now.wall,
                                {},
                                "journal-behind",
                                "the hub holds entries that this journal never wrote: it was restored from a copy; "
                                "enrol the site again"});
  }
  send(turn);
}

void Agent::Site::on(Turn& turn, const EntriesSent& sent) {
  outbox_.left(sent.stream, Sequence(sent.first.value() + sent.entries - 1));
  stalled_ = sent.entries == 0;
  if (stalled_) return;  // nothing could be sent: the next tick tries again, not the next input
  sending_ = false;
  if (overtaken_ || !outbox_.online()) return send(turn);
  outbox_.sent(sent.stream, sent.first, sent.entries, sent.bytes, turn.now);
  send(turn);
}

void Agent::Site::on(Turn&, const Pruned& pruned) {
  overtaken_ = overtaken_ || pruned.position.first_retained > sending_first_;
  outbox_.pruned(pruned.position.stream, pruned.position.first_retained);
}

sync::Telemetry Agent::Site::telemetry(const Moment& now) const {
  sync::Telemetry telemetry;
  telemetry.at = now.wall;
  telemetry.dropped = speaking_.telemetry_dropped;
  telemetry.clock = sync::ClockState{timing_.reading.trusted, timing_.reading.skew};
  for (const auto& [name, service] : services_) {
    const rollout::Record& record = *service.record;
    const rollout::View view = view_of(record, world(), service.samples, now);
    sync::ServiceTelemetry out;
    out.service = name;
    if (record.stable) out.stable = record.stable->label;
    for (const rollout::WantedSet& set : rollout::desired_of(record).sets) {
      out.desired += set.replicas;
      out.weights.emplace_back(set.snapshot->label, set.percent);
    }
    out.ready = view.target.ready + view.stable.ready;
    const ServiceTraffic* traffic = router_ ? traffic_of(*router_, name) : nullptr;
    if (traffic != nullptr) count_requests(out, *traffic);
    std::string problem = record.degraded;
    if (problem.empty() && view.runtime && view.stable.available < record.stable_replicas) {
      problem = name.str() + ": stable has " + std::to_string(view.stable.available) + " of " +
                std::to_string(record.stable_replicas) + " instances available. " + view.stable.trouble;
    }
    if (telemetry.problem.empty()) telemetry.problem = problem;
    telemetry.services.push_back(std::move(out));
  }
  if (router_ && !router_->reachable) telemetry.problem = router_->trouble;
  if (storage_ != Storage::ok) telemetry.problem = "the disk of the agent's journal is full or nearly so";
  if (spool_.room() != Room::ample) telemetry.problem = spool_.reason(outbox_.online());
  if (timing_.waiting) telemetry.problem = "what the hub ordered waits: " + clock_text();
  if (!damaged_.empty()) telemetry.problem = "the agent's journal is damaged: " + damaged_;
  if (!site_.frozen.empty()) telemetry.problem = "frozen: " + site_.frozen;
  telemetry.healthy = telemetry.problem.empty();
  return telemetry;
}

}  // namespace depops::agent
