#pragma once

#include <string>

namespace depops::test {

// CustomResourceDefinitions of our own, with the fields that routers touch and the defaults that the originals have.
std::string gateway_definition(const std::string& kind, const std::string& plural);
std::string plain_definition(const std::string& group, const std::string& kind, const std::string& plural,
                             const std::string& version);

}  // namespace depops::test
