#pragma once

#include "tests/unit/agent/kubernetes/workloads/in_place_site.h"

namespace depops::test {

// A StatefulSet whose controller goes by the rules of Kubernetes: one change at a time, none past a pod that is not
// ready. `a`, `b`, ... are versions of one service.
struct PlaceSite : InPlaceSite {
  SetId current;  // what the controller makes below the partition

  PlaceSite() : InPlaceSite(200) {}

  void wish_of(std::uint32_t size, std::vector<SetOrder> sets, std::vector<EndpointId> released = {}) {
    wish(std::move(sets), std::move(released));
    orders->sizes[ServiceName("checkout")] = size;
  }

  void carry_out(const Act& act) override {
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

  void control() override {
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

  std::string row() {
    std::string text;
    for (std::uint32_t i = 0; i < 20; ++i) text += set_at(i).str();
    return text;
  }
};

}  // namespace depops::test
