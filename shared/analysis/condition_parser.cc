#include <array>
#include <cctype>
#include <cstdlib>
#include <string_view>
#include <utility>

#include "shared/analysis/condition_node.h"

// Recursive descent, one function per level of precedence: or, and, not, comparison, sum, product, sign, primary.
namespace depops::analysis {
namespace {

using Node = Condition::Node;
using NodePtr = std::unique_ptr<Node>;

constexpr std::size_t kTextMax = 1'000;
constexpr int kDepthMax = 50;

struct Word {
  std::string_view text;
  Operation operation;
  std::size_t operands;
};

constexpr std::array<Word, 12> kWords = {{
    {"result", Operation::result, 0},
    {"baseline", Operation::baseline, 0},
    {"requests", Operation::requests, 0},
    {"errors", Operation::errors, 0},
    {"isNaN", Operation::is_nan, 1},
    {"isInf", Operation::is_inf, 1},
    {"default", Operation::or_default, 2},
    {"abs", Operation::absolute, 1},
    {"min", Operation::minimum, 2},
    {"max", Operation::maximum, 2},
    {"true", Operation::truth, 0},
    {"false", Operation::truth, 0},
}};

struct Symbol {
  std::string_view text;
  Operation operation;
};

constexpr std::array<Symbol, 6> kComparisons = {{{"<=", Operation::less_equal},
                                                 {">=", Operation::greater_equal},
                                                 {"==", Operation::equal},
                                                 {"!=", Operation::not_equal},
                                                 {"<", Operation::less},
                                                 {">", Operation::greater}}};

NodePtr leaf(Operation operation, double value) {
  auto node = std::make_unique<Node>();
  node->operation = operation;
  node->value = value;
  return node;
}

NodePtr join(Operation operation, NodePtr left, NodePtr right) {
  auto node = leaf(operation, 0);
  node->operands.push_back(std::move(left));
  if (right) node->operands.push_back(std::move(right));
  return node;
}

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  Result<NodePtr> parse() {
    DEPOPS_TRY(NodePtr root, disjunction());
    skip_space();
    if (at_ != text_.size()) return error("unexpected '" + std::string(1, text_[at_]) + "'");
    DEPOPS_TRY_VOID(want_truth(*root));
    return root;
  }

 private:
  Error error(const std::string& what) const {
    return {Errc::invalid, "column " + std::to_string(at_ + 1) + ": " + what};
  }

  void skip_space() {
    while (at_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[at_])) != 0) ++at_;
  }

  bool take(std::string_view symbol) {
    skip_space();
    if (text_.substr(at_, symbol.size()) != symbol) return false;
    at_ += symbol.size();
    return true;
  }

  Result<void> want_truth(const Node& node) const {
    if (!yields_truth(node.operation)) return error("a condition is expected here, this is a number");
    return {};
  }

  Result<void> want_number(const Node& node) const {
    if (yields_truth(node.operation)) return error("a number is expected here, this is a condition");
    return {};
  }

  Result<NodePtr> disjunction() {
    if (++depth_ > kDepthMax) return error("nested too deeply, at most " + std::to_string(kDepthMax) + " levels");
    DEPOPS_TRY(NodePtr left, conjunction());
    while (take("||")) {
      DEPOPS_TRY(NodePtr right, conjunction());
      DEPOPS_TRY_VOID(want_truth(*left));
      DEPOPS_TRY_VOID(want_truth(*right));
      left = join(Operation::disjunction, std::move(left), std::move(right));
    }
    --depth_;
    return left;
  }

  Result<NodePtr> conjunction() {
    DEPOPS_TRY(NodePtr left, negation());
    while (take("&&")) {
      DEPOPS_TRY(NodePtr right, negation());
      DEPOPS_TRY_VOID(want_truth(*left));
      DEPOPS_TRY_VOID(want_truth(*right));
      left = join(Operation::conjunction, std::move(left), std::move(right));
    }
    return left;
  }

  Result<NodePtr> negation() {
    skip_space();
    const bool is_not = text_.substr(at_, 1) == "!" && text_.substr(at_, 2) != "!=";
    if (!is_not) return comparison();
    ++at_;
    if (++depth_ > kDepthMax) return error("nested too deeply, at most " + std::to_string(kDepthMax) + " levels");
    DEPOPS_TRY(NodePtr operand, negation());
    --depth_;
    DEPOPS_TRY_VOID(want_truth(*operand));
    return join(Operation::negation, std::move(operand), nullptr);
  }

  Result<NodePtr> comparison() {
    DEPOPS_TRY(NodePtr left, sum());
    for (const Symbol& symbol : kComparisons) {
      if (!take(symbol.text)) continue;
      DEPOPS_TRY_VOID(want_number(*left));
      DEPOPS_TRY(NodePtr right, sum());
      DEPOPS_TRY_VOID(want_number(*right));
      return join(symbol.operation, std::move(left), std::move(right));
    }
    return left;
  }

  Result<NodePtr> sum() { return chain("+", Operation::add, "-", Operation::subtract, &Parser::product); }
  Result<NodePtr> product() { return chain("*", Operation::multiply, "/", Operation::divide, &Parser::sign); }

  Result<NodePtr> chain(std::string_view first, Operation first_operation, std::string_view second,
                        Operation second_operation, Result<NodePtr> (Parser::*next)()) {
    DEPOPS_TRY(NodePtr left, (this->*next)());
    for (;;) {
      const bool is_first = take(first);
      if (!is_first && !take(second)) return left;
      DEPOPS_TRY_VOID(want_number(*left));
      DEPOPS_TRY(NodePtr right, (this->*next)());
      DEPOPS_TRY_VOID(want_number(*right));
      left = join(is_first ? first_operation : second_operation, std::move(left), std::move(right));
    }
  }

  Result<NodePtr> sign() {
    if (!take("-")) return primary();
    if (++depth_ > kDepthMax) return error("nested too deeply, at most " + std::to_string(kDepthMax) + " levels");
    DEPOPS_TRY(NodePtr operand, sign());
    --depth_;
    DEPOPS_TRY_VOID(want_number(*operand));
    return join(Operation::negate, std::move(operand), nullptr);
  }

  Result<NodePtr> primary() {
    if (take("(")) {
      DEPOPS_TRY(NodePtr inner, disjunction());
      if (!take(")")) return error("')' is missing");
      return inner;
    }
    skip_space();
    if (at_ == text_.size()) return error("the condition ends too early");
    const auto first = static_cast<unsigned char>(text_[at_]);
    if (std::isdigit(first) != 0 || first == '.') return number();
    return word();
  }

  Result<NodePtr> number() {
    const std::string rest(text_.substr(at_));
    char* end = nullptr;
    const double value = std::strtod(rest.c_str(), &end);
    if (end == rest.c_str()) return error("a number is expected here");
    at_ += static_cast<std::size_t>(end - rest.c_str());
    return leaf(Operation::number, value);
  }

  Result<NodePtr> word() {
    std::size_t end = at_;
    while (end < text_.size() && std::isalnum(static_cast<unsigned char>(text_[end])) != 0) ++end;
    const std::string_view name = text_.substr(at_, end - at_);
    for (const Word& known : kWords) {
      if (known.text != name) continue;
      at_ = end;
      return known.operands == 0 ? Result<NodePtr>(leaf(known.operation, name == "true" ? 1 : 0)) : call(known);
    }
    if (name.empty()) return error("unexpected '" + std::string(1, text_[at_]) + "'");
    return error("unknown name '" + std::string(name) +
                 "'; known are result, baseline, requests, errors, isNaN, isInf, "
                 "default, abs, min, max, true, false");
  }

  Result<NodePtr> call(const Word& function) {
    if (!take("(")) return error("'(' is missing after " + std::string(function.text));
    auto node = leaf(function.operation, 0);
    for (std::size_t i = 0; i < function.operands; ++i) {
      if (i > 0 && !take(",")) return error(std::string(function.text) + " takes two numbers");
      DEPOPS_TRY(NodePtr operand, disjunction());
      DEPOPS_TRY_VOID(want_number(*operand));
      node->operands.push_back(std::move(operand));
    }
    if (!take(")")) return error("')' is missing after " + std::string(function.text));
    return node;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  int depth_ = 0;
};

}  // namespace

Result<NodePtr> parse_condition(const std::string& text) {
  if (text.size() > kTextMax) return Error{Errc::invalid, "column 1: longer than 1,000 characters"};
  return Parser(text).parse();
}

}  // namespace depops::analysis
