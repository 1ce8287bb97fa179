#include "agent/kubernetes/jobs/notes.h"

#include <filesystem>
#include <fstream>

namespace depops::agent::kubernetes {
namespace {

constexpr const char* kEnding = ".job";

}  // namespace

std::string JobNotes::path_of(const ObjectName& job) const { return directory_ + "/" + job.str() + kEnding; }

std::optional<Uid> JobNotes::find(const ObjectName& job) const {
  std::ifstream file(path_of(job));
  std::string uid;
  if (!(file >> uid)) return std::nullopt;
  return Uid(uid);
}

void JobNotes::keep(const ObjectName& job, const Uid& uid) const { std::ofstream(path_of(job)) << uid.str() << "\n"; }

void JobNotes::forget_all_but(const std::set<ObjectName>& jobs) const {
  std::error_code failure;
  for (const auto& entry : std::filesystem::directory_iterator(directory_, failure)) {
    const auto& path = entry.path();
    if (path.extension() != kEnding || jobs.contains(ObjectName(path.stem().string()))) continue;
    std::error_code ignored;
    std::filesystem::remove(path, ignored);
  }
}

}  // namespace depops::agent::kubernetes
