#include "shared/audit/note.h"

#include <algorithm>
#include <charconv>

#include "shared/audit/note_text.h"

namespace depops::audit {
namespace {

constexpr char kEd25519 = 1;
constexpr std::size_t kHashSize = 4;
constexpr std::size_t kHexSize = 8;
constexpr std::string_view kDash = "\xE2\x80\x94 ";  // an em dash and a space

Error malformed(const std::string& why) { return {Errc::corrupt, "not a signed note: " + why}; }

std::string typed(const VerifierKey& key) {
  std::string bytes(1, kEd25519);
  return bytes.append(reinterpret_cast<const char*>(key.data()), key.size());
}

std::uint32_t key_hash(const std::string& name, const VerifierKey& key, const Primitives& with) {
  const Hash hash = with.sha256(name + "\n" + typed(key));
  return from_big_endian(bytes_of(hash).substr(0, kHashSize));
}

std::string hex_of(std::uint32_t number) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string hex;
  for (int shift = 28; shift >= 0; shift -= 4) hex.push_back(kDigits[number >> shift & 0xF]);
  return hex;
}

Result<NoteSignature> parse_signature(std::string_view line, const Primitives& with) {
  if (!line.starts_with(kDash)) return malformed("a line among the signatures does not begin with a dash");
  line.remove_prefix(kDash.size());
  const std::size_t space = line.find(' ');
  if (space == std::string_view::npos || !is_note_name(line.substr(0, space)))
    return malformed("a signature without a name");
  const auto bytes = with.from_base64(line.substr(space + 1));
  if (!bytes.ok() || bytes->size() <= kHashSize) return malformed("a signature that is no base64, or too short");
  return NoteSignature{std::string(line.substr(0, space)), from_big_endian(bytes->substr(0, kHashSize)),
                       bytes->substr(kHashSize)};
}

bool is_of(const NoteSignature& signature, const NoteKey& key) {
  return signature.hash == key.hash && signature.name == key.name;
}

Result<const NoteKey*> key_of(const NoteSignature& signature, std::span<const NoteKey> keys) {
  const NoteKey* found = nullptr;
  for (const NoteKey& key : keys) {
    if (!is_of(signature, key)) continue;
    if (found != nullptr)
      return Error{Errc::invalid, "two keys are called " + key.name + " and have the same hash; name one of them"};
    found = &key;
  }
  return found;
}

}  // namespace

Result<NoteKey> note_key(const std::string& name, const VerifierKey& key, const Primitives& with) {
  if (!is_note_name(name))
    return Error{Errc::invalid,
                 "'" + name + "' can not name a key: spaces, plus and control characters are not allowed"};
  return NoteKey{name, key_hash(name, key, with), key};
}

std::string vkey_of(const NoteKey& key, const Primitives& with) {
  return key.name + "+" + hex_of(key.hash) + "+" + with.to_base64(typed(key.key));
}

Result<NoteKey> parse_vkey(std::string_view vkey, const Primitives& with) {
  const auto no = [](const std::string& why) {
    return Error{Errc::invalid, "not a verifier's key (NAME+HASH+KEY): " + why};
  };
  const std::size_t first = vkey.find('+');
  const std::size_t second = first == std::string_view::npos ? first : vkey.find('+', first + 1);
  if (second == std::string_view::npos || second - first != kHexSize + 1) return no("two plus signs, the hash between");
  std::uint32_t hash = 0;
  const char* end = vkey.data() + second;
  const auto read = std::from_chars(vkey.data() + first + 1, end, hash, 16);
  const auto bytes = with.from_base64(vkey.substr(second + 1));
  if (read.ec != std::errc() || read.ptr != end || !bytes.ok()) return no("hash or key can not be read");
  if (bytes->size() != 1 + sizeof(VerifierKey) || bytes->front() != kEd25519)
    return no("the key is not one of Ed25519");
  DEPOPS_TRY(const VerifierKey key, hash_of(std::string_view(*bytes).substr(1)));
  DEPOPS_TRY(NoteKey made, note_key(std::string(vkey.substr(0, first)), key, with));
  if (made.hash != hash) return no("the hash is not that of name and key");
  return made;
}

Result<Note> parse_note(std::string_view bytes, const Primitives& with) {
  if (bytes.size() > kNoteMax) return malformed("more than " + std::to_string(kNoteMax) + " bytes");
  if (!is_note_text(bytes)) return malformed("it holds control characters or is not UTF-8");
  const std::size_t split = bytes.rfind("\n\n");
  if (split == std::string_view::npos) return malformed("no empty line before the signatures");
  Note note{std::string(bytes.substr(0, split + 1)), {}};
  std::string_view rest = bytes.substr(split + 2);
  std::string_view line;
  while (take_line(rest, line)) {
    if (note.signatures.size() == kNoteSignaturesMax)
      return malformed("more than " + std::to_string(kNoteSignaturesMax) + " signatures");
    DEPOPS_TRY(NoteSignature signature, parse_signature(line, with));
    note.signatures.push_back(std::move(signature));
  }
  if (!rest.empty()) return malformed("the last line does not end");
  if (note.signatures.empty()) return malformed("nobody signed it");
  return note;
}

Result<std::string> write_note(const Note& note, const Primitives& with) {
  std::string bytes = note.text + "\n";
  for (const NoteSignature& one : note.signatures) {
    bytes.append(kDash).append(one.name).append(" ");
    bytes += with.to_base64(big_endian(one.hash) + one.bytes) + "\n";
  }
  const auto again = parse_note(bytes, with);
  if (!again.ok()) return Error{Errc::invalid, again.error().what};
  if (*again == note) return bytes;
  return Error{Errc::invalid, "the text can not be told from what would stand below it"};
}

Result<OpenedNote> open_note(std::string_view bytes, std::span<const NoteKey> keys, const Primitives& with) {
  DEPOPS_TRY(Note note, parse_note(bytes, with));
  OpenedNote opened{std::move(note.text), {}};
  std::vector<const NoteKey*> seen;
  for (const NoteSignature& signature : note.signatures) {
    DEPOPS_TRY(const NoteKey* key, key_of(signature, keys));
    if (key == nullptr) continue;
    if (!with.verify(opened.text, signature.bytes, key->key))
      return Error{Errc::refused, "the signature in the name of " + key->name + " is not of its key over this text"};
    if (std::find(seen.begin(), seen.end(), key) != seen.end()) continue;
    seen.push_back(key);
    opened.signers.push_back(key->name);
  }
  if (seen.empty()) return Error{Errc::refused, "none of the keys that were named signed it"};
  return opened;
}

}  // namespace depops::audit
