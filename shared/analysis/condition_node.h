#pragma once

#include <memory>
#include <vector>

#include "shared/analysis/condition.h"

// The compiled form, shared by the parser and the evaluator only.
namespace depops::analysis {

enum class Operation {
  number,
  truth,
  result,
  baseline,
  requests,
  errors,  // leaves
  add,
  subtract,
  multiply,
  divide,
  negate,  // numbers to a number
  less,
  less_equal,
  greater,
  greater_equal,
  equal,
  not_equal,  // numbers to a truth
  conjunction,
  disjunction,
  negation,  // truths to a truth
  is_nan,
  is_inf,
  or_default,
  absolute,
  minimum,
  maximum,  // functions
};

struct Condition::Node {
  Operation operation = Operation::number;
  double value = 0;  // of number and truth
  std::vector<std::unique_ptr<Node>> operands;
};

bool yields_truth(Operation operation) noexcept;
Truth truth_of(const Condition::Node& node, const Variables& variables);

// Compiles; the error names the column.
Result<std::unique_ptr<Condition::Node>> parse_condition(const std::string& text);

}  // namespace depops::analysis
