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

int precedence(Outcome outcome) noexcept {
  switch (outcome) {
    case Outcome::fail:
      return 5;
    case Outcome::error:
      return 4;
    case Outcome::inconclusive:
      return 3;
    case Outcome::no_data:
      return 2;
    case Outcome::terminated:
      return 1;
    case Outcome::pass:
      return 0;
  }
  return 0;
}

}  // namespace depops::analysis
