#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "shared/base/result.h"

// The condition language of successWhen and failWhen: numbers, `result baseline requests errors`, + - * /, comparisons,
// && || !, parentheses, isNaN(x) isInf(x) default(x, y) abs(x) min(x, y) max(x, y), true, false. No loops, no text, no
// access to anything else. Typed when compiled: an error names its column. Kleene's three-valued logic when evaluated:
// a comparison with something that is NaN or was not measured is unknown, so neither can make a condition true or
// false.
namespace depops::analysis {

enum class Truth { no, yes, unknown };

// What a condition may name. `result` absent = nothing was measured.
struct Variables {
  std::optional<double> result;
  std::optional<double> baseline;
  std::optional<double> requests;
  std::optional<double> errors;
};

class Condition {
 public:
  // At most 1,000 characters and 50 levels of nesting. Error: "column 12: ...".
  static Result<Condition> compile(const std::string& text);

  Condition(Condition&&) noexcept;
  Condition& operator=(Condition&&) noexcept;
  ~Condition();

  Truth evaluate(const Variables& variables) const;

  struct Node;

 private:
  explicit Condition(std::unique_ptr<Node> root);
  std::unique_ptr<Node> root_;
};

}  // namespace depops::analysis
