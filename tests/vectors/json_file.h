#pragma once

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>

#include <string>

namespace depops::test {

// The object in vectors/<path>; throws when it is not there or not JSON, which fails the test that asked.
Poco::JSON::Object::Ptr vectors_object(const std::string& path);

}  // namespace depops::test
