#include "shared/analysis/verdict.h"

namespace depops::analysis {

const char* name_of(Outcome outcome) noexcept {
  switch (outcome) {
    case Outcome::pass:
      return "pass";
    case Outcome::fail:
      return "fail";
    case Outcome::inconclusive:
      return "inconclusive";
    case Outcome::no_data:
      return "no-data";
    case Outcome::error:
      return "error";
    case Outcome::terminated:
      return "terminated";
  }
  return "error";
}

}  // namespace depops::analysis
