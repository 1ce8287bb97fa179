#pragma once

#include <string>

#include "shared/base/result.h"

namespace YAML {  // NOLINT(readability-identifier-naming): the library's own name
class Exception;
class Node;
}  // namespace YAML

namespace depops::agent::settings {

Error misread(const std::string& path, const YAML::Exception& exception);  // invalid, with file and place

// At most 1 MiB. Errors: not_found, with `remedy`, and invalid, each with the file, and the place in it. Internal.
Result<YAML::Node> load_yaml(const std::string& path, const std::string& remedy);

}  // namespace depops::agent::settings
