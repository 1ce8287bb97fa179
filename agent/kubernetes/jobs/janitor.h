#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <set>
#include <string>
#include <thread>

#include "agent/kubernetes/connection/connection.h"
#include "agent/kubernetes/jobs/notes.h"
#include "shared/base/names.h"
#include "shared/ports/clock.h"

namespace depops::agent::kubernetes {

struct JanitorRules {
  std::size_t kept = 3;  // Jobs that have ended, of each service
  Millis again{30'000};  // until another look when it is not known whether a Job was made
  Millis retry{5'000};   // after a look that failed; doubled with each one in a row
  Millis retry_most{60'000};
};

// Ends and removes Jobs of ours that nobody wants: what an agent began that died before it could end it, and what has
// ended long ago. Looks when it is told to, and asks nobody else; on a thread and a connection of its own.
class Janitor {
 public:
  Janitor(Access& access, const ports::Clock& clock, SiteName site, Namespace space, const JobNotes& notes,
          std::function<void(const std::string&)> log, JanitorRules rules = {});
  ~Janitor();
  Janitor(const Janitor&) = delete;
  Janitor& operator=(const Janitor&) = delete;

  void keep(std::set<ObjectName> wanted);  // all that are; looks soon
  void look_again();                       // a Job may yet come to be that nobody wants

 private:
  void work();
  bool look(Connection& connection);
  bool pause(Millis time);
  std::set<ObjectName> still_wanted();

  Access& access_;
  const ports::Clock& clock_;
  const SiteName site_;
  const Namespace space_;
  const JobNotes& notes_;
  const std::function<void(const std::string&)> log_;
  const JanitorRules rules_;

  std::mutex mutex_;
  std::condition_variable news_;
  bool stop_ = false;
  bool due_ = false;
  bool later_ = false;
  std::set<ObjectName> wanted_;
  std::thread thread_;
};

}  // namespace depops::agent::kubernetes
