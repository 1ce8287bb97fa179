#include <algorithm>

#include "agent/instances/plan_instances.h"
#include "shared/base/check.h"

namespace depops::agent::instances {
namespace {

class Applier {
 public:
  Applier(Table& table, const Moment& now, const Limits& limits) : table_(table), now_(now), limits_(limits) {}

  void operator()(const Reserve& action) {
    const Instance& instance = action.instance;
    DEPOPS_CHECK(instance.number >= table_.next_number);
    table_.next_number = instance.number + 1;
    table_.last_port = instance.port;
    table_.instances[instance.id] = instance;
    table_.sets.try_emplace(instance.set);
  }
  void operator()(const Launch&) {}
  void operator()(const Signal&) {}
  void operator()(const Retire& action) { enter(action.id, Phase::retiring); }
  void operator()(const Keep& action) { enter(action.id, Phase::running); }
  void operator()(const Stop& action) { enter(action.id, Phase::stopping); }
  void operator()(const Kill& action) { enter(action.id, Phase::killing); }
  void operator()(const ForgetSet& action) { table_.sets.erase(action.set); }
  void operator()(const End& action) {
    const auto found = table_.instances.find(action.id);
    if (found == table_.instances.end()) return;
    if (!action.ordered) count_end(found->second, action.ending);
    table_.instances.erase(found);
  }

 private:
  void enter(const EndpointId& id, Phase phase) {
    const auto found = table_.instances.find(id);
    if (found == table_.instances.end()) return;
    found->second.phase = phase;
    found->second.since = Stamp::of(now_);
  }

  void count_end(const Instance& instance, const std::string& ending) {
    SetRecord& record = table_.sets[instance.set];
    const bool was_good = instance.ready_since && now_.wall - *instance.ready_since >= limits_.good_stretch;
    record.in_row = was_good ? 1 : record.in_row + 1;
    record.restarts += 1;
    record.trouble = ending;
    record.ended = Stamp::of(now_);
    record.back_off = limits_.first_back_off;
    for (std::uint32_t i = 1; i < record.in_row && record.back_off < limits_.max_back_off; ++i) record.back_off *= 2;
    record.back_off = std::min(record.back_off, limits_.max_back_off);
  }

  Table& table_;
  const Moment& now_;
  const Limits& limits_;
};

EndpointState state_of(const Instance& instance, const Seen& seen) {
  if (instance.phase != Phase::planned && instance.phase != Phase::running) return EndpointState::retiring;
  if (seen.ready) return EndpointState::ready;
  return instance.was_ready ? EndpointState::unready : EndpointState::starting;
}

void count(SetFacts& facts, EndpointState state) {
  if (state == EndpointState::retiring) {
    facts.retiring += 1;
    return;
  }
  facts.running += 1;
  if (state == EndpointState::ready) facts.ready += 1;
}

}  // namespace

Table apply_action(Table table, const Action& action, const Moment& now, const Limits& limits) {
  Applier applier(table, now, limits);
  std::visit(applier, action);
  return table;
}

RuntimeFacts facts_of(const RuntimeOrders& orders, const Table& table, const View& view, Instant now) {
  RuntimeFacts facts{orders.seq, now, {}, {}};
  std::map<SetId, SetFacts> sets;
  for (const SetOrder& order : orders.sets) sets[order.snapshot.set].desired = order.replicas;
  for (const auto& [set, record] : table.sets) {
    sets[set].restarts = record.restarts;
    sets[set].trouble = record.trouble;
  }
  for (const auto& [id, instance] : table.instances) {
    const auto seen = view.seen.find(id);
    const Seen known = seen == view.seen.end() ? Seen{} : seen->second;
    const EndpointState state = state_of(instance, known);
    count(sets[instance.set], state);
    sets[instance.set].flaps += known.flaps;
    const auto ready_since = state == EndpointState::ready ? instance.ready_since : std::nullopt;
    facts.endpoints.push_back({id, instance.set, "127.0.0.1", instance.port, state, ready_since});
  }
  for (auto& [set, entry] : sets) {
    entry.set = set;
    facts.sets.push_back(entry);
  }
  return facts;
}

}  // namespace depops::agent::instances
