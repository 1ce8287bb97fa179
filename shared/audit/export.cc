#include "shared/audit/export.h"

#include <algorithm>
#include <utility>

namespace depops::audit {
namespace {

constexpr std::size_t kLengthBytes = 2;

Error bad_file(const std::string& what) { return {Errc::corrupt, what}; }

Error not_so(const std::string& what) { return {Errc::refused, what}; }

std::string counted(TreeSize size) { return std::to_string(size.value()) + " entries"; }

}  // namespace

Result<std::string> write_entries(const std::vector<std::string>& leaves) {
  std::string bytes;
  for (const std::string& leaf : leaves) {
    if (leaf.size() > kEntryBytesMax)
      return Error{Errc::unsupported, "an entry of " + std::to_string(leaf.size()) + " bytes has no place in a file"};
    bytes.push_back(static_cast<char>(leaf.size() >> 8));
    bytes.push_back(static_cast<char>(leaf.size() & 0xFF));
    bytes += leaf;
  }
  return bytes;
}

Result<std::vector<std::string>> read_entries(std::string_view bytes, std::size_t count) {
  std::vector<std::string> leaves;
  while (leaves.size() < count) {
    if (bytes.size() < kLengthBytes)
      return bad_file("it has " + std::to_string(leaves.size()) + " entries and not " + std::to_string(count));
    const auto high = static_cast<unsigned char>(bytes[0]);
    const auto low = static_cast<unsigned char>(bytes[1]);
    const std::size_t size = static_cast<std::size_t>(high) << 8 | low;
    bytes.remove_prefix(kLengthBytes);
    if (bytes.size() < size) return bad_file("it ends within an entry");
    leaves.emplace_back(bytes.substr(0, size));
    bytes.remove_prefix(size);
  }
  if (!bytes.empty()) return bad_file("it has more than " + std::to_string(count) + " entries");
  return leaves;
}

std::string write_tile(const std::vector<Hash>& hashes) {
  std::string bytes;
  bytes.reserve(hashes.size() * sizeof(Hash));
  for (const Hash& hash : hashes) bytes += bytes_of(hash);
  return bytes;
}

Result<std::vector<Hash>> read_tile(std::string_view bytes, std::size_t count) {
  if (bytes.size() != count * sizeof(Hash))
    return bad_file("it has " + std::to_string(bytes.size()) + " bytes and not " +
                    std::to_string(count * sizeof(Hash)));
  std::vector<Hash> hashes;
  for (std::size_t at = 0; at < bytes.size(); at += sizeof(Hash)) {
    DEPOPS_TRY(const Hash hash, hash_of(bytes.substr(at, sizeof(Hash))));
    hashes.push_back(hash);
  }
  return hashes;
}

LogCheck::LogCheck(Checkpoint claimed, std::optional<Checkpoint> seen, const Primitives& with)
    : claimed_(std::move(claimed)), seen_(std::move(seen)), with_(with) {}

Result<void> LogCheck::begin() const {
  if (!seen_ || seen_->size <= claimed_.size) return {};
  return not_so("the log ends after " + counted(claimed_.size) + " and had " + counted(seen_->size) +
                " before: its end was cut off");
}

std::size_t LogCheck::next_count() const {
  return std::min<std::uint64_t>(claimed_.size.value() - range_.size().value(), kTileWidth);
}

Result<void> LogCheck::take_leaf(const std::string& leaf, const Hash& said) {
  const Hash hash = leaf_hash(leaf, with_);
  range_.append(hash, with_);
  const std::string entry = "entry " + std::to_string(range_.size().value());
  if (hash != said) return not_so(entry + " is not what was written");
  if (seen_ && seen_->size == range_.size() && seen_->root != range_.root(with_))
    return not_so("the first " + counted(seen_->size) + " are not those that the other checkpoint is over");
  return {};
}

Result<void> LogCheck::take(const std::vector<std::string>& leaves, const std::vector<Hash>& tile) {
  if (leaves.size() != next_count() || tile.size() != leaves.size())
    return not_so("entries from " + std::to_string(range_.size().value() + 1) + " on: " +
                  std::to_string(leaves.size()) + " are there and " + std::to_string(next_count()) + " were written");
  for (std::size_t i = 0; i < leaves.size(); ++i) DEPOPS_TRY_VOID(take_leaf(leaves[i], tile[i]));
  return {};
}

Result<void> LogCheck::finish() const {
  if (range_.size() == claimed_.size && range_.root(with_) == claimed_.root) return {};
  return not_so("the " + counted(range_.size()) +
                " are not those that were signed: some of them were replaced, and "
                "their hashes with them");
}

}  // namespace depops::audit
