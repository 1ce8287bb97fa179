#include "agent/kubernetes/routing/canonical.h"

#include <algorithm>

#include "shared/json/write.h"

namespace depops::agent::kubernetes {
namespace {

json::Value sorted(const json::Value& value) {
  if (value.is_array()) {
    json::Value items = json::Value::array();
    for (const json::Value& item : value.items()) items.push(sorted(item));
    return items;
  }
  if (!value.is_object()) return value;
  json::Value::Object members;
  for (const auto& [name, member] : value.members()) {
    const bool says_nothing = member.is_null() || (member.is_string() && member.as_string().empty());
    if (!says_nothing) members.emplace_back(name, sorted(member));
  }
  std::sort(members.begin(), members.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  return json::Value(std::move(members));
}

}  // namespace

std::string canonical(const json::Value& value) { return json::write(sorted(value)); }

}  // namespace depops::agent::kubernetes
