#pragma once

#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "shared/base/moment.h"

namespace depops::hub::api_http {

// What the hub could not do by itself, and people must see to. Told by GET /api/v1/hub until it is well again; gone
// with the process, for whoever raises one tries again at the start. Thread: any.
struct Alarm {
  std::string name;  // stable, kebab-case
  Instant since{};
  std::string what;  // place, cause, remedy
};

class Alarms {
 public:
  // Again under the same name: the newer words, the older time.
  void raise(const std::string& name, const std::string& what, Instant now);
  void clear(const std::string& name);
  std::vector<Alarm> all() const;  // by name

 private:
  mutable std::mutex mutex_;
  std::map<std::string, Alarm> alarms_;
};

}  // namespace depops::hub::api_http
