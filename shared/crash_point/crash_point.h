#pragma once

#include <cstdint>
#include <string>

// Named places at which a test can make the process die at once, as by SIGKILL: right before and right after everything
// that leaves a trace outside. Unarmed, which is always the case outside tests, a point costs one comparison.
namespace depops {

// From now on the process ends itself with SIGKILL when it passes the point called `name` for the `nth` time (1 = the
// next time). Call once, before any thread starts.
void arm_crash_point(const std::string& name, std::uint64_t nth);

// Passes the point. Thread: any.
void crash_point(const char* name) noexcept;

}  // namespace depops
