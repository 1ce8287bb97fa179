#include "tests/e2e/stage/trouble.h"

#include <poll.h>

namespace depops::stage {
namespace {

constexpr int kLookEvery_ms = 40;

}  // namespace

bool comes_within(Seconds most, const std::function<bool()>& done) {
  const auto end = std::chrono::steady_clock::now() + most;
  while (!done()) {
    if (std::chrono::steady_clock::now() > end) return false;
    ::poll(nullptr, 0, kLookEvery_ms);
  }
  return true;
}

void wait_until(const std::string& what, Seconds most, const std::function<bool()>& done,
                const std::function<std::string()>& state) {
  if (comes_within(most, done)) return;
  throw Trouble("after " + std::to_string(most.count()) + " s still not: " + what +
                (state ? "; there is: " + state() : std::string()));
}

}  // namespace depops::stage
