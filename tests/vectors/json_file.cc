#include "tests/vectors/json_file.h"

#include <Poco/JSON/Parser.h>

#include <fstream>

#include "tests/support/paths.h"

namespace depops::test {

Poco::JSON::Object::Ptr vectors_object(const std::string& path) {
  std::ifstream file(vectors_dir() + "/" + path);
  return Poco::JSON::Parser().parse(file).extract<Poco::JSON::Object::Ptr>();
}

}  // namespace depops::test
