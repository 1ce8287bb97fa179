#include "tests/vectors/json_file.h"

#include <Poco/JSON/Parser.h>

#include <cmath>
#include <fstream>
#include <limits>

#include "tests/support/paths.h"

namespace depops::test {

Poco::JSON::Object::Ptr vectors_object(const std::string& path) {
  std::ifstream file(vectors_dir() + "/" + path);
  return Poco::JSON::Parser().parse(file).extract<Poco::JSON::Object::Ptr>();
}

std::vector<Poco::JSON::Object::Ptr> rows_of(const Poco::JSON::Object& object, const std::string& key) {
  const auto array = object.getArray(key);
  std::vector<Poco::JSON::Object::Ptr> rows;
  for (std::size_t i = 0; i < array->size(); ++i) rows.push_back(array->getObject(static_cast<unsigned>(i)));
  return rows;
}

double number_of(const Poco::Dynamic::Var& value) {
  if (value.isString() && value.toString() == "NaN") return std::nan("");
  if (value.isString() && value.toString() == "+Inf") return std::numeric_limits<double>::infinity();
  return value.convert<double>();
}

std::vector<double> numbers_of(const Poco::JSON::Object& object, const std::string& key) {
  std::vector<double> numbers;
  for (const auto& value : *object.getArray(key)) numbers.push_back(number_of(value));
  return numbers;
}

bool absent(const Poco::JSON::Object& object, const std::string& key) {
  return !object.has(key) || object.get(key).isEmpty();
}

}  // namespace depops::test
