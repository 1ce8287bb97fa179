#pragma once

#include <yaml-cpp/yaml.h>

#include <string>
#include <vector>

#include "shared/json/value.h"

namespace depops::tests {

// What openapi.yaml promises, as a judge of answers. It knows the words that the document uses and refuses others, so
// that nothing in it is passed over in silence. Members the document does not name are mistakes.
class OpenApi {
 public:
  explicit OpenApi(const std::string& text) : root_(YAML::Load(text)) {}

  struct Given {
    std::string method;  // "GET"
    std::string path;    // as in the document: "/api/v1/sites/{site}"
    int status = 0;
    std::string type;  // Content-Type
    std::string body;
  };
  // What is wrong with an answer, one line each; empty: it keeps the promise.
  std::vector<std::string> mistakes(const Given& given) const;
  // What is wrong with one value of a named schema.
  std::vector<std::string> mistakes(const std::string& schema, const json::Value& value) const;
  // Words of schemas that mistakes() would pass over: none.
  std::vector<std::string> unknown_words() const;

 private:
  YAML::Node response_of(const Given& given) const;
  YAML::Node root_;
};

}  // namespace depops::tests
