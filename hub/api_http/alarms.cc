#include "hub/api_http/alarms.h"

namespace depops::hub::api_http {

void Alarms::raise(const std::string& name, const std::string& what, Instant now) {
  const std::lock_guard lock(mutex_);
  const auto [found, fresh] = alarms_.try_emplace(name, Alarm{name, now, what});
  if (!fresh) found->second.what = what;
}

void Alarms::clear(const std::string& name) {
  const std::lock_guard lock(mutex_);
  alarms_.erase(name);
}

std::vector<Alarm> Alarms::all() const {
  const std::lock_guard lock(mutex_);
  std::vector<Alarm> out;
  for (const auto& [name, alarm] : alarms_) out.push_back(alarm);
  return out;
}

}  // namespace depops::hub::api_http
