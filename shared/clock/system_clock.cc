#include "shared/clock/system_clock.h"

#include <ctime>
#include <fstream>
#include <string>

namespace depops::clock {
namespace {

// Without a boot id (an odd container) every process is a boot of its own: durations follow the wall clock, clamped.
BootId boot_id() {
  std::string text;
  std::ifstream file("/proc/sys/kernel/random/boot_id");
  if (std::getline(file, text) && !text.empty()) return BootId(text);
  timespec start{};
  clock_gettime(CLOCK_REALTIME, &start);
  return BootId("process-" + std::to_string(start.tv_sec) + "-" + std::to_string(start.tv_nsec));
}

Millis read(clockid_t which) {
  timespec value{};
  clock_gettime(which, &value);
  return std::chrono::seconds(value.tv_sec) +
         std::chrono::duration_cast<Millis>(std::chrono::nanoseconds(value.tv_nsec));
}

}  // namespace

SystemClock::SystemClock() : boot_(boot_id()) {}

Moment SystemClock::now() const { return {Instant(read(CLOCK_REALTIME)), read(CLOCK_BOOTTIME), boot_}; }

}  // namespace depops::clock
