#pragma once

#include <map>

#include "tests/unit/agent/kubernetes/workloads/in_place_site.h"

namespace depops::test {

// A DaemonSet whose controller goes by the rules of Kubernetes with OnDelete: a pod on each node, each one made of what
// is in the template then, none changed. `a`, `b`, ... are versions of one service.
struct NodeSite : InPlaceSite {
  std::vector<std::string> nodes{"n1", "n2", "n3"};
  std::map<std::string, std::string> zones;
  int surveys = 0;

  NodeSite() : InPlaceSite(100) {}

  // Orders as the machine gives them, which knows how many nodes there are.
  void wish_of(std::vector<SetOrder> sets, std::vector<EndpointId> released = {}) {
    wish(std::move(sets), std::move(released));
    orders->sizes[ServiceName("checkout")] = static_cast<std::uint32_t>(nodes.size());
  }

  void carry_out(const Act& act) override {
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

  void control() override {
    if (object() == nullptr) return;
    object()->taken_up = true;
    object()->replicas = object()->parked ? 0 : static_cast<std::uint32_t>(nodes.size());
    if (object()->parked && !cluster.pods.empty()) return end(cluster.pods.front().uid);
    for (const std::string& node : nodes) {
      if (on(node) == nullptr && !object()->parked) return start(node);
    }
  }
};

}  // namespace depops::test
