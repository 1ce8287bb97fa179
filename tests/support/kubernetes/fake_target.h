#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/kubernetes/fake_objects.h"

namespace depops::test {

// What a request to an API server is about.
struct FakeTarget {
  std::string group;
  std::string version;
  std::string plural;  // empty: the list of kinds of that version
  std::string space;
  std::string name;  // empty: all of them
  std::string subresource;
  std::map<std::string, std::string> query;

  std::string key() const { return space + "/" + name; }
  std::string asked(const std::string& word) const { return query.contains(word) ? query.at(word) : ""; }
};

// Nothing: the API has no such path.
std::optional<FakeTarget> target_of(const std::string& uri);

}  // namespace depops::test
