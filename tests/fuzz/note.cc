#include <algorithm>

#include "shared/audit/receipt.h"
#include "shared/signing/log_primitives.h"
#include "tests/fuzz/target.h"

// Signed notes, checkpoints, receipts and verifiers' keys, from whoever hands them on.
namespace depops::fuzz {
namespace {

const audit::Primitives& with() { return signing::log_primitives(); }

audit::NoteKey log_key(std::uint8_t number) {
  return audit::note_key("hub-1/depops/log1", key(number).public_key().bytes(), with()).value();
}

std::string signed_by(std::uint8_t number, const std::string& text) {
  const audit::NoteKey who = log_key(number);
  return audit::write_note({text, {{who.name, who.hash, key(number).sign_text(text)}}}, with()).value();
}

// All that the log's key ever signed.
const std::vector<audit::Checkpoint>& known() {
  static const std::vector<audit::Checkpoint> all{
      {"hub-1/depops/log1", audit::TreeSize(1), audit::leaf_hash("a", with())},
      {"hub-1/depops/log1", audit::TreeSize(audit::kTreeSizeMax), audit::empty_root(with())}};
  return all;
}

bool judge_checkpoint(std::string_view bytes) {
  const audit::NoteKey who = log_key(1);
  const auto read = audit::open_checkpoint(bytes, who, with());
  if (!read.ok()) return false;
  DEPOPS_CHECK(std::ranges::find(known(), read.value()) != known().end());
  return true;
}

bool judge_note(std::string_view bytes) {
  const auto note = audit::parse_note(bytes, with());
  if (!note.ok()) return false;
  DEPOPS_CHECK(note->signatures.size() <= audit::kNoteSignaturesMax && note->text.ends_with('\n'));
  DEPOPS_CHECK(audit::write_note(*note, with()).value() == bytes);
  const auto checkpoint = audit::parse_checkpoint(note->text, with());
  if (checkpoint.ok()) DEPOPS_CHECK(audit::text_of(*checkpoint, with()) == note->text);
  judge_checkpoint(bytes);
  return true;
}

bool judge_receipt(std::string_view bytes) {
  const auto receipt = audit::parse_receipt(bytes, with());
  if (!receipt.ok()) return false;
  DEPOPS_CHECK(receipt->proof.size() <= audit::kProofMax);
  DEPOPS_CHECK(audit::parse_receipt(audit::text_of(*receipt, with()), with()).value() == *receipt);
  const auto proven = audit::verify_receipt(*receipt, "a", log_key(1), with());
  if (proven.ok()) DEPOPS_CHECK(*proven == known().front() && receipt->index == audit::LeafIndex(0));
  return true;
}

bool judge_vkey(std::string_view bytes) {
  const auto vkey = audit::parse_vkey(bytes, with());
  if (!vkey.ok()) return false;
  DEPOPS_CHECK(audit::parse_vkey(audit::vkey_of(*vkey, with()), with()).value() == *vkey);
  return true;
}

}  // namespace

bool judge(std::string_view bytes) {
  const bool note = judge_note(bytes);
  const bool receipt = judge_receipt(bytes);
  return judge_vkey(bytes) || note || receipt;
}

std::vector<Seed> seeds() {
  std::vector<Seed> all;
  const std::string first = audit::text_of(known().front(), with());
  all.push_back({"checkpoint", signed_by(1, first)});
  all.push_back({"checkpoint_last", signed_by(1, audit::text_of(known().back(), with()))});
  all.push_back({"of_another_key", signed_by(2, first)});
  all.push_back({"two_signatures", signed_by(1, first) + signed_by(2, first).substr(first.size() + 1)});
  all.push_back({"receipt", audit::text_of(audit::Receipt{audit::LeafIndex(0), {}, "x", signed_by(1, first)}, with())});
  all.push_back({"vkey", audit::vkey_of(log_key(1), with())});
  all.push_back({"other_letters", "a\n\n\xE2\x80\x94 log Zi+h188li/VsUttnKG\xC4\xA8qQg=\n", false});
  all.push_back({"no_signature", first + "\n", false});
  return all;
}

}  // namespace depops::fuzz
