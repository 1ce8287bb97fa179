#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <set>

#include "hub/ports/blobs.h"

namespace depops::hub::blobs {

// Blobs as files in one directory: `whole/<hex>` is complete and checked, `partial/<hex>` is under way. A blob moves
// from one to the other by a rename after its hash was checked and its bytes are on disk.
class DirectoryBlobs final : public Blobs {
 public:
  // Makes the directories. `cap` bytes is the most one blob may have.
  static Result<std::unique_ptr<DirectoryBlobs>> open(const std::filesystem::path& directory, std::uint64_t cap);

  BlobFacts facts(const Digest& digest) const override;
  Result<BlobFacts> write(const BlobPiece& piece, const ByteSource& bytes) override;
  Result<std::filesystem::path> path_of(const Digest& digest) const override;
  std::size_t collect(const std::vector<Digest>& keep) override;

 private:
  DirectoryBlobs(std::filesystem::path directory, std::uint64_t cap);

  std::filesystem::path whole(const Digest& digest) const;
  std::filesystem::path partial(const Digest& digest) const;
  Result<void> check(const BlobPiece& piece) const;
  Result<void> append(const BlobPiece& piece, const ByteSource& bytes) const;
  Result<BlobFacts> settle(const BlobPiece& piece) const;
  std::size_t drop_abandoned() const;

  std::filesystem::path directory_;
  std::uint64_t cap_;
  mutable std::mutex mutex_;
  std::set<Digest> writing_;
};

}  // namespace depops::hub::blobs
