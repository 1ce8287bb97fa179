#include "shared/analysis/condition.h"

#include <rapidcheck.h>
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

namespace depops::analysis {
namespace {

Truth evaluated(const std::string& text, const Variables& variables) {
  auto condition = Condition::compile(text);
  INFO(text << (condition.ok() ? "" : ": " + condition.error().what));
  REQUIRE(condition.ok());
  return condition->evaluate(variables);
}

std::string error_of(const std::string& text) {
  auto condition = Condition::compile(text);
  INFO(text);
  REQUIRE_FALSE(condition.ok());
  return condition.error().what;
}

}  // namespace

TEST_CASE("conditions follow the usual precedence") {
  Variables two;
  two.result = 2;
  two.baseline = 1;
  CHECK(evaluated("result == 1 + 2 * 3 - 5", two) == Truth::yes);
  CHECK(evaluated("result > 1.2 * baseline", two) == Truth::yes);
  CHECK(evaluated("!(result < 1) && result <= 2 || false", two) == Truth::yes);
  CHECK(evaluated("-result == -2 && max(result, 3) == 3 && abs(-1) == 1 && min(result, baseline) == 1", two) ==
        Truth::yes);
  CHECK(evaluated("result / 0 > 100 && isInf(result / 0)", two) == Truth::yes);
}

TEST_CASE("what is NaN or was not measured makes a comparison unknown, never true or false") {
  Variables nan;
  nan.result = std::nan("");
  CHECK(evaluated("result > 0.05", nan) == Truth::unknown);
  CHECK(evaluated("!(result > 0.05)", nan) == Truth::unknown);
  CHECK(evaluated("result > 0.05 || isNaN(result)", nan) == Truth::yes);
  CHECK(evaluated("result > 0.05 && false", nan) == Truth::no);
  CHECK(evaluated("default(result, 1) == 1", nan) == Truth::yes);
  CHECK(evaluated("baseline > 0", {}) == Truth::unknown);
}

TEST_CASE("errors name the column") {
  CHECK(error_of("result >") == "column 9: the condition ends too early");
  CHECK(error_of("resul > 1").rfind("column 1: unknown name 'resul'", 0) == 0);
  CHECK(error_of("result") == "column 7: a condition is expected here, this is a number");
  CHECK(error_of("(result > 1) + 2 > 1").find("a number is expected here") != std::string::npos);
  CHECK(error_of("result > 1 )").find("unexpected ')'") != std::string::npos);
  CHECK(error_of(std::string(60, '(') + "true").find("nested too deeply") != std::string::npos);
  CHECK(error_of(std::string(2'000, ' ')).find("longer than") != std::string::npos);
  CHECK(error_of("") == "column 1: the condition ends too early");
}

TEST_CASE("no text crashes the compiler") {
  CHECK(rc::check([](const std::string& text) { (void)Condition::compile(text).ok(); }));
  CHECK(rc::check([] {
    const auto pieces = *rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>(
        "result", "(", ")", "!", "-", "1", "0.5", "&&", "||", "<", "==", "isNaN", "default", ",", "true", "+", "/"));
    std::string text;
    for (const std::string& piece : pieces) text += piece + " ";
    if (const auto condition = Condition::compile(text); condition.ok()) (void)condition->evaluate({});
  }));
}

}  // namespace depops::analysis
