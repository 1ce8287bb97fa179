#include <algorithm>
#include <chrono>
#include <utility>

#include "tests/support/kubernetes/fake_api_server.h"

// What the server does wrong when it is told to, and who is told what was asked of it.
namespace depops::test {
namespace {

constexpr auto kHangMost = std::chrono::seconds(20);

}  // namespace

void FakeApiServer::will(Fault fault, unsigned times) {
  const std::lock_guard lock(mutex_);
  for (unsigned i = 0; i < times; ++i) faults_.push_back(fault);
}

std::size_t FakeApiServer::faults(const std::string& path) {
  const std::lock_guard lock(mutex_);
  return static_cast<std::size_t>(
      std::count_if(faults_.begin(), faults_.end(), [&](const Fault& fault) { return fault.path == path; }));
}

void FakeApiServer::forgive() {
  {
    const std::lock_guard lock(mutex_);
    faults_.clear();
    ++cuts_;
  }
  news_.notify_all();
}

bool FakeApiServer::let_late_come() {
  {
    const std::lock_guard lock(mutex_);
    if (late_.empty()) return false;
    for (FakeAsked& asked : std::exchange(late_, {})) {
      asked.late = true;
      const FakeAnswer given = answer(asked.target, asked.method, asked.type, asked.body);
      if (hear_) hear_(asked, given.status, false, objects_);
      changed();
    }
  }
  news_.notify_all();
  return true;
}

std::vector<std::string> FakeApiServer::requests() {
  const std::lock_guard lock(mutex_);
  return std::exchange(requests_, {});
}

std::optional<Fault> FakeApiServer::fault_for(const std::string& method, const std::string& target,
                                              const std::string& body) {
  const auto found = std::find_if(faults_.begin(), faults_.end(), [&](const Fault& fault) {
    return fault.method == method && target.find(fault.path) != std::string::npos &&
           body.find(fault.holds) != std::string::npos;
  });
  if (found == faults_.end()) return std::nullopt;
  const Fault fault = *found;
  faults_.erase(found);
  return fault;
}

void FakeApiServer::hang(std::unique_lock<std::mutex>& lock) {
  const unsigned cuts = cuts_;
  news_.wait_for(lock, kHangMost, [&] { return stopping_ || cuts_ != cuts; });
}

}  // namespace depops::test
