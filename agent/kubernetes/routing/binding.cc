#include "agent/kubernetes/routing/binding.h"

#include <algorithm>

namespace depops::agent::kubernetes {

bool is_set_of(const ServiceName& service, const std::string& name) {
  constexpr std::size_t kDigits = 12;
  const std::string prefix = service.str() + "-";
  if (name.size() != prefix.size() + kDigits || !name.starts_with(prefix)) return false;
  return std::all_of(name.begin() + static_cast<std::ptrdiff_t>(prefix.size()), name.end(),
                     [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

}  // namespace depops::agent::kubernetes
