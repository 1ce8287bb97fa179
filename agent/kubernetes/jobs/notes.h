#pragma once

#include <optional>
#include <set>
#include <string>

#include "agent/kubernetes/api/names.h"

namespace depops::agent::kubernetes {

// Which Jobs were made or found, one small file each: one that is gone later was removed by somebody, and is not made a
// second time. A note that is lost costs only that. Thread: any, one for each name.
class JobNotes {
 public:
  explicit JobNotes(std::string directory) : directory_(std::move(directory)) {}

  std::optional<Uid> find(const ObjectName& job) const;
  void keep(const ObjectName& job, const Uid& uid) const;
  void forget_all_but(const std::set<ObjectName>& jobs) const;

 private:
  std::string path_of(const ObjectName& job) const;

  const std::string directory_;
};

}  // namespace depops::agent::kubernetes
