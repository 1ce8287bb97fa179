#include "shared/audit/receipt.h"

#include "shared/audit/note_text.h"

namespace depops::audit {
namespace {

constexpr std::string_view kHeader = "c2sp.org/tlog-proof@v1";
constexpr std::string_view kExtra = "extra ";
constexpr std::string_view kIndex = "index ";
constexpr std::size_t kReceiptMax = kNoteMax + 16 * 1024;

Error no_receipt(const std::string& why) { return {Errc::corrupt, "not a tlog-proof: " + why}; }

Result<void> read_proof(std::string_view& text, Proof& proof, const Primitives& with) {
  for (std::string_view line; take_line(text, line);) {
    if (line.empty()) return {};
    if (proof.size() == kProofMax) return no_receipt("more hashes than any tree needs");
    const auto bytes = with.from_base64(line);
    if (!bytes.ok()) return no_receipt("a hash that is no base64");
    DEPOPS_TRY(const Hash hash, hash_of(*bytes));
    proof.push_back(hash);
  }
  return no_receipt("no empty line before the checkpoint");
}

}  // namespace

std::string text_of(const Receipt& receipt, const Primitives& with) {
  std::string text = std::string(kHeader) + "\n";
  if (!receipt.extra.empty()) text.append(kExtra).append(with.to_base64(receipt.extra)).append("\n");
  text.append(kIndex).append(std::to_string(receipt.index.value())).append("\n");
  for (const Hash& hash : receipt.proof) text += with.to_base64(bytes_of(hash)) + "\n";
  return text + "\n" + receipt.checkpoint;
}

Result<Receipt> parse_receipt(std::string_view text, const Primitives& with) {
  if (text.size() > kReceiptMax) return no_receipt("too long");
  Receipt receipt;
  std::string_view line;
  if (!take_line(text, line) || line != kHeader) return no_receipt("the first line must be " + std::string(kHeader));
  if (!take_line(text, line)) return no_receipt("it ends after the first line");
  if (line.starts_with(kExtra)) {
    const auto extra = with.from_base64(line.substr(kExtra.size()));
    if (!extra.ok() || extra->empty()) return no_receipt("the extra data are no base64");
    receipt.extra = *extra;
    if (!take_line(text, line)) return no_receipt("it ends after the extra data");
  }
  std::uint64_t index = 0;
  if (!line.starts_with(kIndex) || !read_number(line.substr(kIndex.size()), index))
    return no_receipt("no index of a leaf");
  receipt.index = LeafIndex(index);
  DEPOPS_TRY_VOID(read_proof(text, receipt.proof, with));
  receipt.checkpoint = std::string(text);
  return receipt;
}

Result<Checkpoint> verify_receipt(const Receipt& receipt, std::string_view leaf, const NoteKey& key,
                                  const Primitives& with) {
  DEPOPS_TRY(Checkpoint checkpoint, open_checkpoint(receipt.checkpoint, key, with));
  DEPOPS_TRY_VOID(
      verify_inclusion(leaf_hash(leaf, with), receipt.index, checkpoint.size, receipt.proof, checkpoint.root, with));
  return checkpoint;
}

}  // namespace depops::audit
