#include "shared/audit/checkpoint.h"

#include <algorithm>
#include <charconv>

#include "shared/audit/note_text.h"

namespace depops::audit {
namespace {

Error no_checkpoint(const std::string& why) { return {Errc::corrupt, "not a checkpoint: " + why}; }

}  // namespace

bool read_number(std::string_view digits, std::uint64_t& number) {
  constexpr std::size_t kDigitsMax = 19;
  const bool plain = !digits.empty() && digits.size() <= kDigitsMax &&
                     std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (!plain || (digits.size() > 1 && digits.front() == '0')) return false;
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return number <= kTreeSizeMax;
}

std::string text_of(const Checkpoint& checkpoint, const Primitives& with) {
  return checkpoint.origin + "\n" + std::to_string(checkpoint.size.value()) + "\n" +
         with.to_base64(bytes_of(checkpoint.root)) + "\n";
}

Result<Checkpoint> parse_checkpoint(std::string_view text, const Primitives& with) {
  std::string_view origin;
  std::string_view digits;
  std::string_view root;
  if (!take_line(text, origin) || !take_line(text, digits) || !take_line(text, root))
    return no_checkpoint("three lines are needed: name, size, root");
  if (!text.empty()) return no_checkpoint("more than three lines");
  if (origin.empty()) return no_checkpoint("the log has no name");
  std::uint64_t size = 0;
  if (!read_number(digits, size)) return no_checkpoint("the size is no number from 0 to 2^63 - 1");
  const auto bytes = with.from_base64(root);
  if (!bytes.ok()) return no_checkpoint("the root is no base64");
  const auto hash = hash_of(*bytes);
  if (!hash.ok()) return no_checkpoint("the root is " + hash.error().what);
  return Checkpoint{std::string(origin), TreeSize(size), *hash};
}

Result<Checkpoint> open_checkpoint(std::string_view note, const NoteKey& key, const Primitives& with) {
  DEPOPS_TRY(const OpenedNote opened, open_note(note, std::span(&key, 1), with));
  DEPOPS_TRY(Checkpoint checkpoint, parse_checkpoint(opened.text, with));
  if (checkpoint.origin != key.name)
    return Error{Errc::refused, "a checkpoint of the log " + checkpoint.origin + ", signed by the key of " + key.name};
  return checkpoint;
}

}  // namespace depops::audit
