#include "shared/base/check.h"

#include <cstdio>
#include <cstdlib>

namespace depops {

void check_failed(const char* condition, const char* file, int line) noexcept {
  std::fprintf(stderr, "CHECK failed: %s at %s:%d\n", condition, file, line);
  std::abort();
}

}  // namespace depops
