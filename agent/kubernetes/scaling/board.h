#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "agent/kubernetes/client/client.h"
#include "agent/kubernetes/client/discovery.h"
#include "agent/kubernetes/scaling/agreement.h"
#include "agent/kubernetes/scaling/workload_object.h"
#include "agent/kubernetes/watch/watcher.h"

namespace depops::agent::kubernetes {

struct BoardRules {
  Millis pace{2'000};          // between two looks, and so between two writes of a status
  Millis kind_again{300'000};  // until the kind is looked for again where there is none
  Millis retry{30'000};        // after a write that failed, and until a refused wish is tried again
};

// What became of a wish: empty, or why the rollout does not take it.
using AskForSize = std::function<std::string(const ServiceName& service, std::uint32_t size)>;

// Keeps the Workloads of one namespace, on a thread of its own, as long as it lives. Needs get, list, watch, create,
// patch of workloads, and patch of workloads/scale and workloads/status. Thread: any.
class WorkloadBoard {
 public:
  // `ask`: on the board's thread, when somebody changed the number in an object; may take its time.
  WorkloadBoard(Connection& connection, Namespace space, std::function<double()> chance, AskForSize ask,
                BoardRules rules = {});
  ~WorkloadBoard();
  WorkloadBoard(const WorkloadBoard&) = delete;
  WorkloadBoard& operator=(const WorkloadBoard&) = delete;

  // All services, with names that fit; those of other namespaces are not for this board.
  void show(std::vector<WorkloadShown> all);
  std::string trouble() const;  // why what is shown is not so; empty: all is well

 private:
  struct Entry {
    Uid uid;  // of the object that the rest is about
    SizeAgreement agreement{};
    json::Value status{};  // as it was written last
  };

  void run();
  bool pause(Millis time);
  bool wait_for_news();
  void tell();
  bool find_kind();
  bool look(bool again);
  bool settle(Entry& entry, const WorkloadShown& shown, const Lookup& found, bool again);
  bool take(Entry& entry, const WorkloadShown& shown, const SizeAgreement::Step& step);
  std::optional<Uid> write(const ObjectKey& key, const std::function<Outcome<Object>()>& write);
  void say(const std::string& trouble);

  const Namespace space_;
  const AskForSize ask_;
  const BoardRules rules_;
  Connection& connection_;
  const std::function<double()> chance_;
  Client client_;
  Discovery discovery_;
  std::optional<Resource> kind_;
  std::unique_ptr<Watcher> watcher_;
  std::map<ServiceName, Entry> entries_;  // of the thread

  mutable std::mutex mutex_;
  std::condition_variable news_;
  bool stop_ = false;
  bool changed_ = false;
  std::vector<WorkloadShown> shown_;
  std::string trouble_;
  std::thread thread_;
};

}  // namespace depops::agent::kubernetes
