#pragma once

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "agent/kubernetes/access/access.h"
#include "agent/kubernetes/watch/watcher.h"
#include "shared/clock/system_clock.h"
#include "tests/support/kubernetes/api_server.h"

namespace depops::test {

class NodeLogs;
class PodProcess;
class PodServer;

// Plays the node on an API server: places pods where no scheduler does, says that their containers run and are ready,
// and answers HTTP at their addresses (127.x.y.z, at the port of their first container), with the name of the image; or
// runs `program` there in the place of every image, and pods end as a kubelet ends them.
class FakeNode {
 public:
  explicit FakeNode(ApiServer& server, std::string program = "");
  ~FakeNode();

  enum class Does { well, never_ready, image_fails, crashes, no_place, succeeds, fails };  // the last two: they end
  void will(const std::string& image, Does does);                 // pods of that image, from now on
  void crash(const std::string& pod);                             // it is killed (137) and started again
  void unready(const std::string& pod, bool so);                  // its probe fails, or does so no longer
  void writes(const std::string& image, const std::string& log);  // what its containers have written
  void loses(const std::string& image);                           // logs of lives that ended
  std::vector<std::string> logs_asked();  // "POD CONTAINER", "... previous", since the last time
  void settle();                          // returns after another look at all pods

 private:
  struct Life {
    std::string address;
    unsigned restarts = 0;
    bool down = false;  // between its end and its start
    bool unready = false;
    json::Value said;  // the status that was written last
    std::string began;
    std::string ready_since;  // empty: it is not
    std::unique_ptr<PodServer> server;
    std::unique_ptr<PodProcess> process;
  };

  void work();
  void tend(const agent::kubernetes::Seen& pod);
  void place(const json::Value& pod);
  void let_go(const json::Value& pod);
  void report(const json::Value& pod, Life& life);
  json::Value status_of(const json::Value& pod, const Life& life, Does does) const;
  void serve(const json::Value& pod, Life& life, bool runs);
  void run(const json::Value& pod, Life& life, bool runs);
  bool answers(const Life& life) const;
  bool write(const std::string& method, const std::string& target, const json::Value& body, const std::string& type);

  const std::string program_;
  const std::string log_;
  clock::SystemClock clock_;
  agent::kubernetes::Access access_;
  agent::kubernetes::Connection connection_;
  std::mutex mutex_;
  std::condition_variable news_;
  bool stop_ = false;
  std::uint64_t looks_ = 0;
  std::condition_variable looked_;
  std::map<std::string, Does> does_;
  std::map<std::string, Life> lives_;        // by uid
  std::map<std::string, unsigned> crashes_;  // by name, to be carried out
  std::set<std::string> unready_;            // names
  unsigned addresses_ = 0;
  std::unique_ptr<NodeLogs> logs_;
  std::unique_ptr<agent::kubernetes::Watcher> pods_;
  std::thread thread_;
};

}  // namespace depops::test
