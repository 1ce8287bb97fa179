#pragma once

#include <map>
#include <string>
#include <vector>

#include "agent/ports/site_view.h"

namespace depops::agent::kubernetes {

// What happened to a service, as people read it beside its objects.
struct Announcement {
  ServiceName service;
  SetId set;             // whose Deployment it is about; empty: of no set in particular
  bool warning = false;  // something is wrong, or was
  std::string reason;    // one word for machines: "RolloutStarted"
  std::string note;      // a sentence
  bool operator==(const Announcement&) const = default;
};

// What is new in a site since the last look: a rollout began, goes back, ended, stands still against its will, or the
// hub's word was refused. Of the first look nothing is told: it is what was before. Pure.
class Announcer {
 public:
  std::vector<Announcement> look(const SiteView& view);

 private:
  struct Seen {
    RolloutId rollout;
    std::uint32_t attempt = 0;
    rollout::State state{};
    std::vector<std::string> pauses;
    std::vector<std::string> left_behind{};
  };
  static void tell(const Seen* before, const ServiceView& now, std::vector<Announcement>& out);

  bool looked_ = false;
  std::map<ServiceName, Seen> services_;
  std::string refused_;
};

}  // namespace depops::agent::kubernetes
