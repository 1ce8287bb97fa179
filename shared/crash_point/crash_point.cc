#include "shared/crash_point/crash_point.h"

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <csignal>

namespace depops {
namespace {

// Written before threads start, read by all of them.
bool watched = false;
std::size_t armed = kCrashPoints;
int trace = -1;
std::atomic<std::uint64_t> passes_left{0};

}  // namespace

std::string crash_point_name(std::size_t index) {
  return std::string(kCrashActs[index / 2]) + (index % 2 == 0 ? ".before" : ".after");
}

bool arm_crash_point(std::string_view name, std::uint64_t nth) {
  armed = crash_point_index(name);
  passes_left = nth;
  watched = true;
  return armed != kCrashPoints;
}

bool trace_crash_points(const std::string& path) {
  trace = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  watched = true;
  return trace >= 0;
}

void crash_point(CrashPoint point) noexcept {
  if (!watched) return;
  if (trace >= 0) {
    const std::string line = crash_point_name(point.index()) + "\n";
    [[maybe_unused]] const ssize_t wrote = ::write(trace, line.data(), line.size());  // one write: lines stay whole
  }
  if (point.index() == armed && passes_left.fetch_sub(1) == 1) std::raise(SIGKILL);
}

}  // namespace depops
