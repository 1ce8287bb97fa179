#pragma once

// CHECK is for bugs only: it prints place and condition and aborts, in release builds too. The journal is the recovery:
// the process restarts from what it committed. Expected trouble (network, peers, files, people) is a Result instead.
namespace depops {

[[noreturn]] void check_failed(const char* condition, const char* file, int line) noexcept;

}  // namespace depops

#define DEPOPS_CHECK(condition) \
  (static_cast<bool>(condition) ? void(0) : ::depops::check_failed(#condition, __FILE__, __LINE__))
