#pragma once

#include <optional>
#include <string>

namespace depops::agent::kubernetes {

// Nothing if it is not base64 with its padding; line ends within are passed over.
std::optional<std::string> decode_base64(const std::string& text);

}  // namespace depops::agent::kubernetes
