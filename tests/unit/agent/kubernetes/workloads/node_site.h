#pragma once

#include <map>
#include <set>

#include "tests/unit/agent/kubernetes/workloads/site.h"

namespace depops::test {

// A DaemonSet whose controller goes by the rules of Kubernetes with OnDelete: a pod on each node, each one made of what
// is in the template then, none changed. `a`, `b`, ... are versions of one service.
struct NodeSite : Site {
  std::vector<std::string> nodes{"n1", "n2", "n3"};
  std::map<std::string, std::string> zones;
  std::set<SetId> broken;        // their pods do not get ready
  std::set<EndpointId> serving;  // may have requests
  std::vector<EndpointId> lost;  // went while they might
  int surveys = 0;
  InPlace* object() { return cluster.in_place.empty() ? nullptr : &cluster.in_place.front(); }

  // Orders as the machine gives them, which knows how many nodes there are.
  void wish_of(std::vector<SetOrder> sets, std::vector<EndpointId> released = {}) {
    wish(std::move(sets), std::move(released));
    orders->sizes[ServiceName("checkout")] = static_cast<std::uint32_t>(nodes.size());
  }

  void carry_out(const Act& act) {
    if (const auto* call = std::get_if<Prepare>(&act)) prepare(*call);
    if (const auto* call = std::get_if<Join>(&act)) note_joined(memory, call->object);
    if (const auto* call = std::get_if<Survey>(&act)) note_nodes(memory, call->object, zones, cluster), ++surveys;
    if (const auto* call = std::get_if<Renew>(&act)) {
      for (const Pod& pod : call->pods) end(pod.uid);
    }
    if (std::holds_alternative<Park>(act)) {
      object()->set = SetId();
      object()->parked = true;
      object()->taken_up = false;
    }
  }

  void prepare(const Prepare& call) {
    const bool made = object() == nullptr;
    if (made) {
      InPlace fresh;
      fresh.kind = InPlace::Kind::daemon;
      fresh.uid = Uid("ds");
      fresh.key.name = ObjectName("logs");
      fresh.service = call.snapshot.service;
      fresh.parked = true;
      cluster.in_place.push_back(fresh);
      return;
    }
    object()->set = call.snapshot.set;
    object()->parked = false;
    object()->taken_up = false;
  }

  Pod* on(const std::string& node) {
    const auto found = std::ranges::find_if(cluster.pods, [&](const Pod& pod) { return pod.place->node == node; });
    return found == cluster.pods.end() ? nullptr : &*found;
  }
  std::string row() {
    std::string text;
    for (const std::string& node : nodes) text += on(node) == nullptr ? "-" : on(node)->set.str();
    return text;
  }

  void end(Uid uid) {
    const auto pod = std::ranges::find(cluster.pods, uid, &Pod::uid);
    if (pod == cluster.pods.end()) return;
    if (serving.erase(pod->id()) > 0) lost.push_back(pod->id());
    cluster.pods.erase(pod);
  }
  // Its pod goes by itself, with whatever it has.
  void evict(const std::string& node) {
    if (on(node) == nullptr) return;
    serving.erase(on(node)->id());
    end(on(node)->uid);
  }

  void start(const std::string& node) {
    Pod pod;
    pod.place = Place{object()->uid, 0, true, node};
    pod.set = object()->set;
    pod.uid = Uid("p" + std::to_string(++numbers));
    pod.key.name = ObjectName("logs-" + std::to_string(numbers));
    pod.created = now().wall;
    pod.running = true;
    cluster.pods.push_back(pod);
  }

  // One change of the controller.
  void control() {
    if (object() == nullptr) return;
    object()->taken_up = true;
    object()->replicas = object()->parked ? 0 : static_cast<std::uint32_t>(nodes.size());
    if (object()->parked && !cluster.pods.empty()) return end(cluster.pods.front().uid);
    for (const std::string& node : nodes) {
      if (on(node) == nullptr && !object()->parked) return start(node);
    }
  }

  void one_gets_ready() {
    for (Pod& pod : cluster.pods) {
      if (pod.ready || broken.contains(pod.set)) continue;
      pod.ready = true;
      pod.ready_since = now().wall;
      return;
    }
  }

  // Who sends requests hears what is retiring, and says when nothing is under way there any more.
  void look(bool release) {
    const RuntimeFacts now_seen = facts();
    for (const EndpointFacts& endpoint : now_seen.endpoints) {
      if (endpoint.state == EndpointState::ready) serving.insert(endpoint.id);
    }
    const std::vector<EndpointId> still = retiring(now_seen);
    std::erase_if(orders->released, [&](const EndpointId& id) { return std::ranges::find(still, id) == still.end(); });
    if (release) orders->released = still;
    for (const EndpointId& id : orders->released) serving.erase(id);
  }

  // Everything that is due happens, until nothing is; requests end at once where they should.
  void come_to_rest(bool release = true) {
    for (int i = 0; i < 100; ++i) {
      look(release);
      for (const Act& act : acts()) carry_out(act);
      control();
      one_gets_ready();
      now_ms += 10;
    }
  }
};

}  // namespace depops::test
