#pragma once

#include <string>
#include <vector>

#include "shared/json/value.h"

namespace depops::agent::kubernetes {

// A JSON pointer (RFC 6901) of names as they are: {"metadata", "labels", "a/b"} -> "/metadata/labels/a~1b".
std::string pointer_of(const std::vector<std::string>& names);

// Changes that the server makes all or none of (RFC 6902). test() is what makes them safe beside other writers: the
// patch is refused as a conflict unless the value is still that.
class JsonPatch {
 public:
  JsonPatch& test(const std::string& pointer, json::Value value);
  JsonPatch& add(const std::string& pointer, json::Value value);  // also over a value that is there
  JsonPatch& replace(const std::string& pointer, json::Value value);
  JsonPatch& remove(const std::string& pointer);

  bool tests() const { return tests_; }
  const json::Value& value() const { return changes_; }

 private:
  JsonPatch& change(const char* operation, const std::string& pointer, json::Value value);

  json::Value changes_ = json::Value::array();
  bool tests_ = false;
};

}  // namespace depops::agent::kubernetes
