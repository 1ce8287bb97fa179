#include "shared/crash_point/crash_point.h"

#include <atomic>
#include <csignal>

namespace depops {
namespace {

// Written once before threads start, read by all of them.
std::string armed_name;
std::atomic<std::uint64_t> passes_left{0};

}  // namespace

void arm_crash_point(const std::string& name, std::uint64_t nth) {
  armed_name = name;
  passes_left = nth;
}

void crash_point(const char* name) noexcept {
  if (armed_name.empty() || armed_name != name) return;
  if (passes_left.fetch_sub(1) == 1) std::raise(SIGKILL);
}

}  // namespace depops
