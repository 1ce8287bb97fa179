#include "tests/support/paths.h"

namespace depops::test {

std::string source_dir() { return DEPOPS_SOURCE_DIR; }
std::string bin_dir() { return DEPOPS_BIN_DIR; }
std::string vectors_dir() { return source_dir() + "/../shared/vectors"; }

}  // namespace depops::test
