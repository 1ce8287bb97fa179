#pragma once

#include <chrono>
#include <functional>
#include <stdexcept>
#include <string>

namespace depops::stage {

// What keeps a test from going on: which place, what was expected, what there is instead. Thrown, because cases run on
// threads of their own, where the test framework's own assertions may not be used.
class Trouble : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

using Seconds = std::chrono::seconds;

// True as soon as `done` says so; false after the time given.
bool comes_within(Seconds most, const std::function<bool()>& done);

// Returns as soon as `done` says so; Trouble naming `what` after the time given. `state` tells what there is instead.
void wait_until(const std::string& what, Seconds most, const std::function<bool()>& done,
                const std::function<std::string()>& state = {});

}  // namespace depops::stage
