#pragma once

namespace depops::hub::cli {

// The `depops` command: parses, acts, prints; exit status of the process (answer.h). `version` is the program's own.
int run(int argc, const char* const* argv, const char* version);

}  // namespace depops::hub::cli
