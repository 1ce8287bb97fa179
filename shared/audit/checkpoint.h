#pragma once

#include <string>

#include "shared/audit/merkle.h"
#include "shared/audit/note.h"

// What a log says of itself (C2SP tlog-checkpoint): its name, how many leaves it has, and their root. Signed as a note
// by a key that has the name of the log.
namespace depops::audit {

struct Checkpoint {
  std::string origin;
  TreeSize size;
  Hash root{};
  bool operator==(const Checkpoint&) const = default;
};

// "ORIGIN\nSIZE\nROOT\n", without more lines.
std::string text_of(const Checkpoint& checkpoint, const Primitives& with);
// `corrupt`: anything else, also a number written in another way.
Result<Checkpoint> parse_checkpoint(std::string_view text, const Primitives& with);

// Signed by this key, which names the log. Errors as of open_note() and parse_checkpoint().
Result<Checkpoint> open_checkpoint(std::string_view note, const NoteKey& key, const Primitives& with);

// Decimal digits, nothing in front of the first, less than 2^63. False: anything else.
bool read_number(std::string_view digits, std::uint64_t& number);

}  // namespace depops::audit
