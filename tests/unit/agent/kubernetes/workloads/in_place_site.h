#pragma once

#include <random>
#include <set>

#include "tests/unit/agent/kubernetes/workloads/site.h"

namespace depops::test {

// One StatefulSet or DaemonSet, and what goes on around it whichever it is: its pods get ready, and requests come and
// end.
struct InPlaceSite : Site {
  explicit InPlaceSite(int rounds_to_rest) : rounds(rounds_to_rest) {}
  virtual ~InPlaceSite() = default;

  int rounds;                    // until nothing is due any more
  std::set<SetId> broken;        // their pods do not get ready
  std::set<EndpointId> serving;  // may have requests
  std::vector<EndpointId> lost;  // went while they might
  InPlace* object() { return cluster.in_place.empty() ? nullptr : &cluster.in_place.front(); }

  virtual void carry_out(const Act& act) = 0;
  virtual void control() = 0;  // one change of its controller

  void end(Uid uid) {
    const auto pod = std::ranges::find(cluster.pods, uid, &Pod::uid);
    if (pod == cluster.pods.end()) return;
    if (serving.erase(pod->id()) > 0) lost.push_back(pod->id());
    cluster.pods.erase(pod);
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

  // What can happen whichever it is; false: that is none of it.
  bool happens(unsigned what, std::mt19937& random) {
    switch (what) {
      case 1:
        look(true);
        return true;
      case 2:
        memory = {};  // the agent was started again
        return true;
      case 3:
        if (random() % 4 == 0) broken = {SetId(random() % 2 == 0 ? "a" : "b")};
        if (random() % 4 == 0) broken.clear();
        return true;
      case 4:
        one_gets_ready();
        return true;
      default:
        return false;
    }
  }

  // Everything that is due happens, until nothing is; requests end at once where they should.
  void come_to_rest(bool release = true) {
    for (int i = 0; i < rounds; ++i) {
      look(release);
      for (const Act& act : acts()) carry_out(act);
      control();
      one_gets_ready();
      now_ms += 10;
    }
  }
};

}  // namespace depops::test
