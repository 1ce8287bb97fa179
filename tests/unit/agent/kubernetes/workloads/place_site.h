#pragma once

#include <set>

#include "tests/unit/agent/kubernetes/workloads/site.h"

namespace depops::test {

// A StatefulSet whose controller goes by the rules of Kubernetes: one change at a time, none past a pod that is not
// ready. `a`, `b`, ... are versions of one service.
struct PlaceSite : Site {
  SetId current;                 // what the controller makes below the partition
  std::set<SetId> broken;        // their pods do not get ready
  std::set<EndpointId> serving;  // may have requests
  std::vector<EndpointId> lost;  // went while they might
  InPlace* object() { return cluster.in_place.empty() ? nullptr : &cluster.in_place.front(); }

  void wish_of(std::uint32_t size, std::vector<SetOrder> sets, std::vector<EndpointId> released = {}) {
    wish(std::move(sets), std::move(released));
    orders->sizes[ServiceName("checkout")] = size;
  }

  void carry_out(const Act& act) {
    if (const auto* call = std::get_if<Prepare>(&act)) prepare(*call);
    if (const auto* call = std::get_if<Join>(&act)) memory.sets[call->object.set].joined = call->object.uid;
    if (const auto* call = std::get_if<Shift>(&act)) {
      object()->partition = call->partition;
      object()->replicas = call->replicas;
      object()->taken_up = false;
    }
    if (const auto* call = std::get_if<Clear>(&act)) end(call->pod.uid);
  }

  void prepare(const Prepare& call) {
    if (object() == nullptr) {
      InPlace made;
      made.uid = Uid("sts");
      made.key.name = ObjectName("db");
      made.service = call.snapshot.service;
      cluster.in_place.push_back(made);
      current = call.snapshot.set;
    }
    object()->before = object()->set;
    object()->set = call.snapshot.set;
    object()->partition = object()->replicas;
    object()->taken_up = false;
  }

  Pod* at_place(std::uint32_t ordinal) {
    for (Pod& pod : cluster.pods) {
      if (pod.place && pod.place->ordinal == ordinal) return &pod;
    }
    return nullptr;
  }
  SetId set_at(std::uint32_t ordinal) {
    const Pod* pod = at_place(ordinal);
    return pod == nullptr ? SetId() : pod->set;
  }

  void end(Uid uid) {
    const auto pod = std::ranges::find(cluster.pods, uid, &Pod::uid);
    if (pod == cluster.pods.end()) return;
    if (serving.erase(pod->id()) > 0) lost.push_back(pod->id());
    cluster.pods.erase(pod);
  }

  void start(std::uint32_t ordinal) {
    Pod pod;
    pod.place = Place{object()->uid, ordinal};
    pod.set = ordinal < object()->partition ? current : object()->set;
    pod.uid = Uid("p" + std::to_string(++numbers));
    pod.key.name = ObjectName("db-" + std::to_string(ordinal));
    pod.created = now().wall;
    pod.running = true;
    cluster.pods.push_back(pod);
  }

  // One change of the controller.
  void control() {
    if (object() == nullptr) return;
    object()->taken_up = true;
    const bool same =
        std::ranges::all_of(cluster.pods, [this](const Pod& pod) { return pod.set == object()->set && pod.ready; });
    if (same) current = object()->set;
    for (std::uint32_t i = 0; i < object()->replicas; ++i) {
      const Pod* pod = at_place(i);
      if (pod == nullptr) return start(i);
      if (!pod->ready) return;
    }
    for (std::uint32_t i = 20; i > object()->replicas; --i) {
      if (const Pod* pod = at_place(i - 1)) return end(pod->uid);
    }
    for (std::uint32_t i = object()->replicas; i > object()->partition; --i) {
      const Pod* pod = at_place(i - 1);
      if (pod->set != object()->set) return end(pod->uid);
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
    std::vector<EndpointId> still = retiring(now_seen);
    std::erase_if(orders->released, [&](const EndpointId& id) { return std::ranges::find(still, id) == still.end(); });
    if (release) orders->released = still;
    for (const EndpointId& id : orders->released) serving.erase(id);
  }

  // Everything that is due happens, until nothing is; requests end at once where they should.
  void come_to_rest(bool release = true) {
    for (int i = 0; i < 200; ++i) {
      look(release);
      for (const Act& act : acts()) carry_out(act);
      control();
      one_gets_ready();
      now_ms += 10;
    }
  }

  std::string row() {
    std::string text;
    for (std::uint32_t i = 0; i < 20; ++i) text += set_at(i).str();
    return text;
  }
};

}  // namespace depops::test
