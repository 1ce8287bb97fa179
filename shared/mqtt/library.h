#pragma once

#include <string>

namespace mqtt {
class token;
}

// Internal. How the library names things, and what it must not do.
namespace depops::mqtt {

// Its own names for the schemes.
std::string library_url(const std::string& url);

// Why what the token stands for failed.
std::string failure_of(const ::mqtt::token& token);

// Else it writes a line for each of its steps into 124 KiB that nobody reads. For all of the process; whoever asks the
// library by its environment variable has it.
void stop_library_trace();

}  // namespace depops::mqtt
