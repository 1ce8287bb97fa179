#include "agent/kubernetes/routing/decide.h"

#include <algorithm>
#include <functional>

#include "agent/kubernetes/api/writer.h"
#include "agent/kubernetes/routing/percent.h"
#include "agent/kubernetes/routing/version_service.h"

namespace depops::agent::kubernetes {
namespace {

bool is_number(const std::string& text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
}

std::string change_of(const std::string& name, const std::string* now, const std::string& was) {
  if (now == nullptr) return name + " was removed";
  if (!is_number(*now) || !is_number(was)) return name + " was changed";
  return name + " is " + *now + ", written was " + was;
}

// `writer`: who wrote a field last.
std::vector<std::string> foreign_in(const Fields& held, const Fields& ours,
                                    const std::function<std::string(const std::string&)>& writer) {
  std::vector<std::string> changes;
  for (const auto& [name, was] : ours) {
    const auto now = held.find(name);
    if (now != held.end() && now->second == was) continue;
    changes.push_back(change_of(name, now == held.end() ? nullptr : &now->second, was) + " by " + writer(name));
  }
  for (const auto& [name, value] : held)
    if (!ours.contains(name)) changes.push_back(name + " was added by " + writer(name));
  return changes;
}

class Decider {
 public:
  Decider(const Dialect& dialect, const Subject& subject, const Binding& binding, const ServiceRoute& route,
          const Situation& situation, Memory& memory, const Moment& now)
      : dialect_(dialect),
        subject_(subject),
        binding_(binding),
        route_(route),
        situation_(situation),
        memory_(memory),
        now_(now) {
    drop_empty_routes();
  }

  Decision run() {
    traffic().service = route_.service;
    traffic().settled = false;
    add_endpoints({});
    if (!prepared()) return std::move(decision_);
    const Look look{binding_, route_, situation_.object->kept, situation_.endpoints, situation_.beside};
    auto held = dialect_.held(look);
    if (!held.ok()) return stop(held.error().what);
    auto change = dialect_.change(look);
    if (change.ok()) {
      if (!change->trouble.empty()) traffic().trouble = name() + ": " + change->trouble;
      take(std::move(*change), held->fields);
    } else {
      traffic().trouble = name() + ": " + change.error().what;
      memory_.force = false;  // trying again can not help: the object or the orders have to change
    }
    tell(look, *held);
    return std::move(decision_);
  }

 private:
  ServiceTraffic& traffic() { return decision_.traffic; }
  std::string name() const { return subject_.kind + " " + subject_.space.str() + "/" + binding_.object.str(); }

  Decision stop(const std::string& why) {
    traffic().trouble = name() + ": " + why;
    return std::move(decision_);
  }

  // A set without an endpoint forces nobody.
  void drop_empty_routes() {
    const auto checked = check_forced(route_.forced);
    if (!checked.ok()) {
      route_.forced.clear();
      traffic().trouble = checked.error().what;
    }
    std::erase_if(route_.forced, [&](const ForcedRoute& forced) { return live(forced.set) == 0; });
  }

  std::vector<SliceEndpoint> endpoints_of_set(const SetId& set) const {
    if (dialect_.per_version()) return of_service(situation_.endpoints, set.str());
    std::vector<SliceEndpoint> own = of_service(situation_.endpoints, binding_.service.str());
    std::erase_if(own, [&](const auto& endpoint) { return set_of(route_, endpoint) != set; });
    return own;
  }

  std::uint32_t live(const SetId& set) const { return ready_in(endpoints_of_set(set)); }

  std::vector<SetId> ordered_sets() const {
    std::vector<SetId> sets;
    for (const SetShare& share : route_.shares) sets.push_back(share.set);
    return sets;
  }

  // Nobody counts requests here: an endpoint is quiet when it is gone.
  void add_endpoints(const std::map<SetId, std::uint64_t>& weights) {
    traffic().endpoints.clear();
    for (const SetId& set : ordered_sets()) {
      const auto weight = weights.find(set);
      const auto raw = static_cast<std::uint32_t>(weight == weights.end() ? 0 : weight->second);
      for (const SliceEndpoint& endpoint : endpoints_of_set(set)) {
        const RoutedEndpoint* routed = routed_of(route_, endpoint);
        const EndpointId& id = routed == nullptr ? endpoint.pod : routed->id;
        traffic().endpoints.push_back({id, set, endpoint.ready, endpoint.terminating, raw, 0});
      }
    }
  }

  // Whether the object is known and the Services of all versions are there.
  bool prepared() {
    if (situation_.known == Known::absent && route_.shares.empty()) {
      traffic().settled = !situation_.beside.own && situation_.beside.known != Known::not_yet;
      decision_.remove_own = situation_.beside.own != nullptr;
      return false;
    }
    if (situation_.known == Known::absent) {
      traffic().trouble = name() + " is not there: make it, or name another in the agent's settings; the agent makes " +
                          "none, and moves no request of " + route_.service.str() + " until it is there";
      return false;
    }
    if (situation_.known != Known::here || situation_.beside.known == Known::not_yet) return false;
    if (situation_.object->meta.deleting) {
      traffic().trouble = name() + " is being deleted; the agent writes nothing into it";
      return false;
    }
    if (dialect_.per_version()) make_services();
    return decision_.make.empty() && situation_.unclear.empty();
  }

  void make_services() {
    for (const SetId& set : ordered_sets()) {
      const auto found = situation_.services.find(set);
      const bool there = found != situation_.services.end() && !found->second->meta.deleting;
      if (there && serves(found->second->kept, binding_, set)) continue;
      if (there && !memory_.force) {
        traffic().foreign.push_back("Service " + set.str() + " was changed by " +
                                    found->second->kept["writer"].as_string());
        continue;
      }
      if (std::find(situation_.unclear.begin(), situation_.unclear.end(), set) == situation_.unclear.end())
        decision_.make.push_back(set);
    }
  }

  // Somebody else's write is told and left alone, until the orders are new or our own part of them changes.
  void take(Change change, const Fields& held) {
    const bool changed = !memory_.written || *memory_.written != change.fields;
    const bool needed = change.needed || change.own;
    if (needed && (memory_.force || changed)) {
      decision_.change = std::move(change);
    } else if (!needed) {
      written(memory_, held);
    }
  }

  void tell(const Look& look, const Held& held) {
    traffic().shares = percents_of(held.weights, held.others);
    add_endpoints(held.weights);
    for (const ForcedRoute& forced : route_.forced) {
      if (std::find(held.forced.begin(), held.forced.end(), forced.name) != held.forced.end())
        traffic().forced.push_back({forced.name, forced.set, live(forced.set)});
    }
    if (decision_.change) return;  // what is there now is about to change
    if (memory_.written && held.fields != *memory_.written) {
      const auto writer = [&](const std::string& field) { return writer_in(look, held, field); };
      for (std::string& change : foreign_in(held.fields, *memory_.written, writer))
        traffic().foreign.push_back(name() + ": " + std::move(change));
    }
    settle(look, dialect_.standing(look));
  }

  // Of what stands beside and is gone nobody can be asked any more.
  std::string writer_in(const Look& look, const Held& held, const std::string& field) const {
    const auto beside = held.beside.find(field);
    if (beside != held.beside.end()) return writer_of(look.beside.own->kept, beside->second, subject_.ours);
    const ObjectName own = dialect_.own_beside(route_.service);
    if (!own.empty() && field.ends_with(own.str())) return "somebody";
    return writer_of(look.object, dialect_.field(), subject_.ours);
  }

  void settle(const Look& look, const Standing& standing) {
    traffic().settled = standing.observed;
    if (standing.observed) {
      memory_.waiting.reset();
      return remove_services(look);
    }
    if (!memory_.waiting || now_.boottime < *memory_.waiting) memory_.waiting = now_.boottime;
    if (now_.boottime - *memory_.waiting < kObserveBudget || !traffic().trouble.empty()) return;
    traffic().trouble = name() + ": " + standing.missing + ", for " +
                        std::to_string((now_.boottime - *memory_.waiting).count() / 1'000) +
                        " s; until then the agent goes on to no other weight and takes no instance away, and only " +
                        "goes back; look at the controller that carries it out";
  }

  // Old pods keep a Service that selects them until they are gone.
  void remove_services(const Look& look) {
    if (!dialect_.per_version()) return;
    const auto sets = ordered_sets();
    for (const auto& [set, seen] : situation_.services) {
      const bool ordered = std::find(sets.begin(), sets.end(), set) != sets.end();
      const bool used = dialect_.leads_to(look, set) || !of_service(situation_.endpoints, set.str()).empty();
      if (!ordered && !used && !seen->meta.deleting) decision_.remove.push_back(seen->meta);
    }
  }

  const Dialect& dialect_;
  const Subject& subject_;
  const Binding& binding_;
  ServiceRoute route_;
  const Situation& situation_;
  Memory& memory_;
  const Moment& now_;
  Decision decision_;
};

}  // namespace

Decision decide(const Dialect& dialect, const Subject& subject, const Binding& binding, const ServiceRoute& route,
                const Situation& situation, Memory& memory, const Moment& now) {
  return Decider(dialect, subject, binding, route, situation, memory, now).run();
}

void written(Memory& memory, const Fields& fields) {
  memory.force = false;
  memory.conflicts = 0;
  memory.written = fields;
}

std::string not_written(Memory& memory, const Failure& failure) {
  constexpr unsigned kRaces = 10;  // in a row
  if (failure.kind != FailureKind::conflict) return failure.what;
  return ++memory.conflicts > kRaces ? failure.what : std::string();
}

}  // namespace depops::agent::kubernetes
