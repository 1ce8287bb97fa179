#include "shared/analysis/condition.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "shared/analysis/condition_node.h"

namespace depops::analysis {
namespace {

using Node = Condition::Node;
using Value = std::optional<double>;

Value value_of(const Node& node, const Variables& variables);

Value arithmetic(Operation operation, double left, double right) {
  if (operation == Operation::add) return left + right;
  if (operation == Operation::subtract) return left - right;
  if (operation == Operation::multiply) return left * right;
  if (operation == Operation::divide) return left / right;
  if (operation == Operation::minimum) return std::min(left, right);
  return std::max(left, right);
}

Value value_of_two(const Node& node, const Variables& variables) {
  const Value left = value_of(*node.operands[0], variables);
  const Value right = value_of(*node.operands[1], variables);
  if (node.operation == Operation::or_default) return left && !std::isnan(*left) ? left : right;
  if (!left || !right) return std::nullopt;
  if (std::isnan(*left) || std::isnan(*right)) return std::nan("");
  return arithmetic(node.operation, *left, *right);
}

Value value_of_one(const Node& node, const Variables& variables) {
  const Value operand = value_of(*node.operands[0], variables);
  if (!operand) return std::nullopt;
  return node.operation == Operation::negate ? -*operand : std::abs(*operand);
}

Value value_of(const Node& node, const Variables& variables) {
  if (node.operation == Operation::number) return node.value;
  if (node.operation == Operation::result) return variables.result;
  if (node.operation == Operation::baseline) return variables.baseline;
  if (node.operation == Operation::requests) return variables.requests;
  if (node.operation == Operation::errors) return variables.errors;
  return node.operands.size() == 1 ? value_of_one(node, variables) : value_of_two(node, variables);
}

Truth truth(bool value) { return value ? Truth::yes : Truth::no; }

Truth compare(const Node& node, const Variables& variables) {
  const Value left = value_of(*node.operands[0], variables);
  const Value right = value_of(*node.operands[1], variables);
  if (!left || !right || std::isnan(*left) || std::isnan(*right)) return Truth::unknown;
  if (node.operation == Operation::less) return truth(*left < *right);
  if (node.operation == Operation::less_equal) return truth(*left <= *right);
  if (node.operation == Operation::greater) return truth(*left > *right);
  if (node.operation == Operation::greater_equal) return truth(*left >= *right);
  if (node.operation == Operation::equal) return truth(*left == *right);
  return truth(*left != *right);
}

Truth opposite(Truth value) {
  if (value == Truth::unknown) return value;
  return value == Truth::yes ? Truth::no : Truth::yes;
}

Truth join(const Node& node, const Variables& variables, Truth deciding) {
  const Truth left = truth_of(*node.operands[0], variables);
  const Truth right = truth_of(*node.operands[1], variables);
  if (left == deciding || right == deciding) return deciding;
  return left == Truth::unknown || right == Truth::unknown ? Truth::unknown : opposite(deciding);
}

}  // namespace

bool yields_truth(Operation operation) noexcept {
  return operation == Operation::truth || operation == Operation::is_nan || operation == Operation::is_inf ||
         (operation >= Operation::less && operation <= Operation::negation);
}

Truth truth_of(const Node& node, const Variables& variables) {
  if (node.operation == Operation::truth) return truth(node.value != 0);
  if (node.operation == Operation::conjunction) return join(node, variables, Truth::no);
  if (node.operation == Operation::disjunction) return join(node, variables, Truth::yes);
  if (node.operation == Operation::negation) return opposite(truth_of(*node.operands[0], variables));
  if (node.operation == Operation::is_nan || node.operation == Operation::is_inf) {
    const Value operand = value_of(*node.operands[0], variables);
    if (!operand) return Truth::unknown;
    return truth(node.operation == Operation::is_nan ? std::isnan(*operand) : std::isinf(*operand));
  }
  return compare(node, variables);
}

Condition::Condition(std::unique_ptr<Node> root) : root_(std::move(root)) {}
Condition::Condition(Condition&&) noexcept = default;
Condition& Condition::operator=(Condition&&) noexcept = default;
Condition::~Condition() = default;

Result<Condition> Condition::compile(const std::string& text) {
  DEPOPS_TRY(auto root, parse_condition(text));
  return Condition(std::move(root));
}

Truth Condition::evaluate(const Variables& variables) const { return truth_of(*root_, variables); }

}  // namespace depops::analysis
