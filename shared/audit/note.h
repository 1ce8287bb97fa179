#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "shared/audit/primitives.h"

// Signed notes (C2SP signed-note): a text, an empty line, and a line for each who signed it. Only Ed25519, type 0x01.
namespace depops::audit {

inline constexpr std::size_t kNoteMax = 64 * 1024;  // bytes
inline constexpr std::size_t kNoteSignaturesMax = 100;

// Who signs, as in a vkey: NAME+HASH+KEY. The hash only helps to find the key.
struct NoteKey {
  std::string name;  // no spaces and no plus
  std::uint32_t hash = 0;
  VerifierKey key{};
  bool operator==(const NoteKey&) const = default;
};

// `invalid`: not a name.
Result<NoteKey> note_key(const std::string& name, const VerifierKey& key, const Primitives& with);
std::string vkey_of(const NoteKey& key, const Primitives& with);
Result<NoteKey> parse_vkey(std::string_view vkey, const Primitives& with);

struct NoteSignature {
  std::string name;
  std::uint32_t hash = 0;
  std::string bytes;  // without the hash
  bool operator==(const NoteSignature&) const = default;
};

struct Note {
  std::string text;  // ends with a line break, which is signed as well
  std::vector<NoteSignature> signatures;
  bool operator==(const Note&) const = default;
};

// Says nothing about whose it is. `corrupt`: not a note.
Result<Note> parse_note(std::string_view bytes, const Primitives& with);
// `invalid`: what comes out would be no note.
Result<std::string> write_note(const Note& note, const Primitives& with);

struct OpenedNote {
  std::string text;
  std::vector<std::string> signers;  // names of the keys that signed it, each once, in the order of the note
};

// `refused`: none of these keys signed it, or one of them is said to have and did not: then no other signature helps.
// `invalid`: two of the keys can not be told from each other.
Result<OpenedNote> open_note(std::string_view bytes, std::span<const NoteKey> keys, const Primitives& with);

}  // namespace depops::audit
