#pragma once

#include <string>

// Where a test finds the tree, the built programs and the vectors. Only this file's .cc knows absolute paths, so that
// all other objects are the same in every checkout and come from the compiler cache.
namespace depops::test {

std::string source_dir();
std::string bin_dir();
std::string vectors_dir();  // beside the checkout; may not exist: vector tests are registered only when it does

}  // namespace depops::test
