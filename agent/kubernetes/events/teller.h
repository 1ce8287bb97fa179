#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "agent/kubernetes/client/client.h"
#include "agent/kubernetes/events/event_object.h"
#include "agent/kubernetes/events/tally.h"
#include "shared/ports/clock.h"

namespace depops::agent::kubernetes {

struct TellerSettings {
  SiteName site;
  Namespace space;
  TallyRules tally{};
  std::size_t waiting_max = 32;  // announcements that wait for the server; older ones give way
};

// Writes what happens to services as Events beside their Workloads, or their Deployments where there are none, on a
// thread and a connection of its own: nothing waits for it, and what can not be written is lost. What has nothing to
// stand beside yet waits about half a minute for it, and what came after it waits with it. Needs create and patch of
// events, get of workloads and deployments. Thread: any.
class EventTeller {
 public:
  EventTeller(TellerSettings settings, Access& access, const ports::Clock& clock, std::function<double()> chance);
  ~EventTeller();
  EventTeller(const EventTeller&) = delete;
  EventTeller& operator=(const EventTeller&) = delete;

  void look(const SiteView& view);  // whenever it may have changed; returns at once
  std::string trouble() const;      // why the last one was not written; empty: it was

 private:
  void run();
  bool pause(Millis time);
  void write(const Announcement& said);
  std::string write_new(const Resource& kind, const Announcement& said);
  std::string count(const Resource& kind, const Announcement& said, const CountUp& step);
  Outcome<Resource> kind();
  Outcome<Regarding> regarding_soon(const Announcement& said);
  Outcome<Regarding> regarding(const Announcement& said);
  Outcome<Regarding> object(const Wanted& wanted, const std::string& name);

  const TellerSettings settings_;
  const ports::Clock& clock_;
  Connection connection_;
  Client client_;
  Discovery discovery_;
  Tally tally_;
  std::uint64_t number_ = 0;

  mutable std::mutex mutex_;
  std::condition_variable news_;
  bool stop_ = false;
  Announcer announcer_;
  std::deque<Announcement> waiting_;
  std::string trouble_;
  std::thread thread_;
};

}  // namespace depops::agent::kubernetes
