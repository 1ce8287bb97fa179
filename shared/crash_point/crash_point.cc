#include "shared/crash_point/crash_point.h"

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdio>
#include <cstdlib>

namespace depops {
namespace {

constexpr const char* kPointVariable = "DEPOPS_CRASH_POINT";
constexpr const char* kTraceVariable = "DEPOPS_CRASH_TRACE";

// Written before threads start, read by all of them.
bool watched = false;
std::size_t armed = kCrashPoints;
int trace = -1;
CrashVictim dies = CrashVictim::self;
std::atomic<std::uint64_t> passes_left{0};

}  // namespace

std::string crash_point_name(std::size_t index) {
  return std::string(kCrashActs[index / 2]) + (index % 2 == 0 ? ".before" : ".after");
}

bool arm_crash_point(std::string_view name, std::uint64_t nth, CrashVictim victim) {
  dies = victim;
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

bool arm_from_environment(CrashVictim victim) {
  const char* path = std::getenv(kTraceVariable);
  if (path != nullptr && !trace_crash_points(path)) {
    return std::fprintf(stderr, "%s: cannot write %s\n", kTraceVariable, path), false;
  }
  const char* text = std::getenv(kPointVariable);
  if (text == nullptr) return true;
  const std::string point(text);
  const auto colon = point.rfind(':');
  const auto nth = colon == std::string::npos ? 1 : std::strtoull(point.c_str() + colon + 1, nullptr, 10);
  if (arm_crash_point(point.substr(0, colon), nth, victim)) return true;
  return std::fprintf(stderr, "%s: no point \"%s\"; shared/crash_point lists them\n", kPointVariable, text), false;
}

std::vector<std::string> crash_environment() {
  std::vector<std::string> found;
  for (const char* name : {kPointVariable, kTraceVariable}) {
    const char* value = std::getenv(name);
    if (value != nullptr) found.push_back(std::string(name) + "=" + value);
  }
  return found;
}

void crash_point(CrashPoint point) noexcept {
  if (!watched) return;
  if (trace >= 0) {
    const std::string line = crash_point_name(point.index()) + "\n";
    [[maybe_unused]] const ssize_t wrote = ::write(trace, line.data(), line.size());  // one write: lines stay whole
  }
  if (point.index() != armed || passes_left.fetch_sub(1) != 1) return;
  if (dies == CrashVictim::parent) ::kill(::getppid(), SIGKILL);
  std::raise(SIGKILL);
}

}  // namespace depops
