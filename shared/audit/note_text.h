#pragma once

#include <cstdint>
#include <string>
#include <string_view>

// How notes are written. Internal.
namespace depops::audit {

// UTF-8 without control characters but line breaks.
bool is_note_text(std::string_view text);
// UTF-8, not empty, no space of any script, no plus.
bool is_note_name(std::string_view name);
// Takes a line, without its line break, from the front. False: there is no whole line.
bool take_line(std::string_view& from, std::string_view& line);

std::string big_endian(std::uint32_t number);
std::uint32_t from_big_endian(std::string_view four_bytes);

}  // namespace depops::audit
