#include "shared/audit/note.h"

#include <rapidcheck.h>

#include <catch2/catch.hpp>

#include "shared/audit/receipt.h"
#include "tests/unit/shared/audit/grown_log.h"

namespace depops::audit {
namespace {

constexpr VerifierKey kKey{7};

NoteKey key_of(const std::string& name) { return note_key(name, kKey, toy()).value(); }

Note note_of(const std::string& text, const std::string& name) {
  const NoteKey key = key_of(name);
  return {text, {{key.name, key.hash, toy_sign(text, kKey)}}};
}

std::string signed_note(const std::string& text, const std::string& name = "hub-1/depops/log1") {
  return write_note(note_of(text, name), toy()).value();
}

}  // namespace

TEST_CASE("a note opens with the key that signed it, and not with one byte of it changed") {
  REQUIRE(rc::check([] {
    const std::string text = *rc::gen::container<std::string>(rc::gen::inRange('!', '~')) + "\n";
    const std::string note = signed_note(text);
    const NoteKey key = key_of("hub-1/depops/log1");
    RC_ASSERT(open_note(note, std::span(&key, 1), toy()).value().text == text);
    RC_ASSERT(write_note(parse_note(note, toy()).value(), toy()).value() == note);
    std::string other = note;
    other[*rc::gen::inRange<std::size_t>(0, text.size())] ^= 1;
    RC_ASSERT(!open_note(other, std::span(&key, 1), toy()).ok());
  }));
}

TEST_CASE("names with spaces of any script, plus, control characters or broken UTF-8 name no key") {
  for (const char* name : {"", "a b", "a+b", "a\tb", "a\xC2\xA0z", "a\xE2\x80\x83z", "a\xE3\x80\x80z", "a\xC2\x85z",
                           "\xFF", "a\xC0\x80", "a\xED\xA0\x80", "a\xF4\x90\x80\x80", "a\xE2\x80"}) {
    INFO(name);
    CHECK(note_key(name, {}, toy()).error().code == Errc::invalid);
  }
  CHECK(note_key("hub.example/depops/log1", {}, toy()).ok());
  CHECK(note_key("h\xC3\xBC\x62", {}, toy()).ok());
}

TEST_CASE("a text that would be taken for signatures, or that is none, is not written") {
  const auto write = [](const std::string& text) { return write_note(note_of(text, "log"), toy()); };
  CHECK(write("a\n\nb\n").ok());
  for (const char* text : {"", "no end", "a\x01\n", "\xFF\n"}) CHECK(write(text).error().code == Errc::invalid);
  CHECK(write_note({"a\n", {}}, toy()).error().code == Errc::invalid);
}

TEST_CASE("a note that is too long is refused before it is read") {
  const std::string note = signed_note("a\n");
  CHECK(parse_note(std::string(kNoteMax, 'a') + "\n" + note, toy()).error().code == Errc::corrupt);
}

TEST_CASE("a checkpoint of a log is not taken when the key of another log signed it") {
  const Checkpoint checkpoint{"hub-1/depops/log1", TreeSize(7), empty_root(toy())};
  const std::string text = text_of(checkpoint, toy());
  CHECK(parse_checkpoint(text, toy()).value() == checkpoint);
  CHECK(open_checkpoint(signed_note(text), key_of("hub-1/depops/log1"), toy()).value() == checkpoint);
  const std::string other = signed_note(text, "hub-1/depops/log2");
  CHECK(open_checkpoint(other, key_of("hub-1/depops/log2"), toy()).error().code == Errc::refused);
}

TEST_CASE("a receipt proves its leaf and no other; what is not one is refused") {
  GrownLog log(300);
  const Checkpoint checkpoint{"log", log.range.size(), log.roots.back()};
  const Receipt receipt{LeafIndex(256), prove_inclusion(log, LeafIndex(256), log.range.size(), toy()).value(), "extra",
                        signed_note(text_of(checkpoint, toy()), "log")};
  const Receipt read = parse_receipt(text_of(receipt, toy()), toy()).value();
  CHECK(read == receipt);
  CHECK(verify_receipt(read, "leaf 256", key_of("log"), toy()).value() == checkpoint);
  CHECK(verify_receipt(read, "leaf 257", key_of("log"), toy()).error().code == Errc::refused);
  for (const char* text : {"", "c2sp.org/tlog-proof@v1\n", "c2sp.org/tlog-proof@v1\nindex 01\n\nx\n",
                           "c2sp.org/tlog-proof@v1\nextra \nindex 1\n\nx\n",
                           "c2sp.org/tlog-proof@v1\nindex 1\nAA==\n\n", "c2sp.org/tlog-proof@v1\nindex 1\n"})
    CHECK(parse_receipt(text, toy()).error().code == Errc::corrupt);
}

}  // namespace depops::audit
