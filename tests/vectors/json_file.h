#pragma once

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>

#include <string>
#include <vector>

namespace depops::test {

// The object in vectors/<path>; throws when it is not there or not JSON, which fails the test that asked.
Poco::JSON::Object::Ptr vectors_object(const std::string& path);

// The rows of `key`, each an object.
std::vector<Poco::JSON::Object::Ptr> rows_of(const Poco::JSON::Object& object, const std::string& key);

// A number; the texts "NaN" and "+Inf" stand for those.
double number_of(const Poco::Dynamic::Var& value);
std::vector<double> numbers_of(const Poco::JSON::Object& object, const std::string& key);

// Absent and null alike.
bool absent(const Poco::JSON::Object& object, const std::string& key);

}  // namespace depops::test
