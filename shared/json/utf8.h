#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace depops::json {

// Length of the well-formed UTF-8 sequence at the start of `text` (RFC 3629: no overlong forms, no surrogates), or 0.
std::size_t utf8_length(std::string_view text) noexcept;

}  // namespace depops::json
