#include "agent/instances/plan_instances.h"

#include <algorithm>

namespace depops::agent::instances {
namespace {

const Seen& seen_of(const View& view, const EndpointId& id) {
  static const Seen nothing;
  const auto found = view.seen.find(id);
  return found == view.seen.end() ? nothing : found->second;
}

bool is_live(const Instance& instance) { return instance.phase == Phase::planned || instance.phase == Phase::running; }

// The worst first: not ready before ready, then the newest.
bool retires_before(const View& view, const Instance* a, const Instance* b) {
  const bool a_ready = seen_of(view, a->id).ready;
  const bool b_ready = seen_of(view, b->id).ready;
  if (a_ready != b_ready) return !a_ready;
  return a->number > b->number;
}

class Planner {
 public:
  Planner(const RuntimeOrders& orders, const Table& table, const View& view, const Moment& now, const Limits& limits)
      : orders_(orders), table_(table), view_(view), now_(now), limits_(limits), next_number_(table.next_number) {}

  std::vector<Action> run() {
    std::map<SetId, const SetOrder*> wanted;
    for (const SetOrder& order : orders_.sets) wanted[order.snapshot.set] = &order;
    for (const auto& [id, instance] : table_.instances) settle(instance);
    for (const auto& [set, order] : wanted) scale(set, order);
    for (const SetId& set : unordered_sets(wanted)) scale(set, nullptr);
    for (const auto& [set, record] : table_.sets) {
      if (!wanted.contains(set) && !has_instances(set)) actions_.emplace_back(ForgetSet{set});
    }
    return std::move(actions_);
  }

 private:
  std::set<SetId> unordered_sets(const std::map<SetId, const SetOrder*>& wanted) const {
    std::set<SetId> sets;
    for (const auto& [id, instance] : table_.instances) {
      if (!wanted.contains(instance.set)) sets.insert(instance.set);
    }
    return sets;
  }

  bool has_instances(const SetId& set) const {
    return std::ranges::any_of(table_.instances, [&](const auto& entry) { return entry.second.set == set; });
  }

  // What follows for one instance from what is seen of it, whatever the number of replicas.
  void settle(const Instance& instance) {
    const Seen& seen = seen_of(view_, instance.id);
    const bool gone = seen.life == Life::ended || (seen.life == Life::absent && instance.phase != Phase::planned);
    if (gone) {
      actions_.emplace_back(End{instance.id, !is_live(instance), seen.ending});
    } else if (instance.phase == Phase::retiring && is_released(instance)) {
      actions_.emplace_back(Stop{instance.id});
    } else if (instance.phase == Phase::stopping) {
      settle_stopping(instance, seen);
    } else if (instance.phase == Phase::killing && !seen.kill_sent) {
      actions_.emplace_back(Signal{instance.id, true});
    }
  }

  void settle_stopping(const Instance& instance, const Seen& seen) {
    if (elapsed(instance.since, now_, limits_.stop_grace) >= limits_.stop_grace) {
      actions_.emplace_back(Kill{instance.id});
    } else if (!seen.term_sent) {
      actions_.emplace_back(Signal{instance.id, false});
    }
  }

  bool is_released(const Instance& instance) const {
    return std::ranges::find(orders_.released, instance.id) != orders_.released.end() ||
           elapsed(instance.since, now_, instance.drain) >= instance.drain;
  }

  std::vector<const Instance*> members(const SetId& set, bool live) const {
    std::vector<const Instance*> found;
    for (const auto& [id, instance] : table_.instances) {
      if (instance.set != set || seen_of(view_, id).life == Life::ended) continue;
      if (live ? is_live(instance) : instance.phase == Phase::retiring && !is_released(instance)) {
        found.push_back(&instance);
      }
    }
    std::ranges::sort(found, [this](const Instance* a, const Instance* b) { return retires_before(view_, a, b); });
    return found;
  }

  void scale(const SetId& set, const SetOrder* order) {
    const std::size_t replicas = order == nullptr ? 0 : order->replicas;
    const std::vector<const Instance*> live = members(set, true);
    for (std::size_t i = 0; i + replicas < live.size(); ++i) retire(*live[i]);
    if (order == nullptr) return;
    std::vector<const Instance*> spare = members(set, false);
    std::size_t count = live.size();
    for (; count < replicas && !spare.empty(); ++count, spare.pop_back()) actions_.emplace_back(Keep{spare.back()->id});
    for (const Instance* instance : live) launch_if_absent(*instance, set);
    while (count < replicas && may_start(set) && reserve(*order)) ++count;
  }

  void retire(const Instance& instance) {
    if (instance.phase == Phase::planned && seen_of(view_, instance.id).life == Life::absent) {
      actions_.emplace_back(End{instance.id, true, {}});
    } else {
      actions_.emplace_back(Retire{instance.id});
    }
  }

  void launch_if_absent(const Instance& instance, const SetId& set) {
    const bool leaves = std::ranges::any_of(actions_, [&](const Action& action) {
      const auto* end = std::get_if<End>(&action);
      return end != nullptr && end->id == instance.id;
    });
    const bool absent = seen_of(view_, instance.id).life == Life::absent;
    if (!leaves && instance.phase == Phase::planned && absent && view_.installed.contains(set)) {
      actions_.emplace_back(Launch{instance.id});
    }
  }

  bool may_start(const SetId& set) const {
    if (!view_.installed.contains(set)) return false;
    const auto record = table_.sets.find(set);
    if (record == table_.sets.end()) return true;
    // An end seen in this very round is not in the record yet: its back-off begins with the next.
    for (const auto& [id, instance] : table_.instances) {
      if (instance.set == set && is_live(instance) && seen_of(view_, id).life == Life::ended) return false;
    }
    return elapsed(record->second.ended, now_, record->second.back_off) >= record->second.back_off;
  }

  std::uint16_t take_port() {
    for (; next_port_ < view_.free_ports.size(); ++next_port_) {
      const std::uint16_t port = view_.free_ports[next_port_];
      const bool taken = std::ranges::any_of(table_.instances, [&](const auto& e) { return e.second.port == port; });
      if (!taken) return ++next_port_, port;
    }
    return 0;
  }

  bool reserve(const SetOrder& order) {
    const std::uint16_t port = take_port();
    if (port == 0) return false;
    Instance instance;
    instance.number = next_number_++;
    instance.set = order.snapshot.set;
    instance.id = EndpointId(instance.set.str() + "." + std::to_string(instance.number));
    instance.port = port;
    instance.marker = limits_.marker_prefix + "/" + instance.id.str();
    instance.since = Stamp::of(now_);
    instance.readiness = order.snapshot.workload.readiness;
    instance.drain = order.snapshot.workload.drain;
    actions_.emplace_back(Reserve{std::move(instance)});
    return true;
  }

  const RuntimeOrders& orders_;
  const Table& table_;
  const View& view_;
  const Moment& now_;
  const Limits& limits_;
  std::vector<Action> actions_;
  std::uint64_t next_number_;
  std::size_t next_port_ = 0;
};

}  // namespace

std::vector<Action> plan_instances(const RuntimeOrders& orders, const Table& table, const View& view, const Moment& now,
                                   const Limits& limits) {
  return Planner(orders, table, view, now, limits).run();
}

}  // namespace depops::agent::instances
