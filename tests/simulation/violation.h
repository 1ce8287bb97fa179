#pragma once

#include <stdexcept>
#include <string>

namespace depops::simulation {

struct Violation : std::runtime_error {
  using std::runtime_error::runtime_error;
};

inline void demand(bool holds, const std::string& what) {
  if (!holds) throw Violation(what);
}

}  // namespace depops::simulation
