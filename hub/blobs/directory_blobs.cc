#include "hub/blobs/directory_blobs.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>

#include "hub/blobs/sha256_of_file.h"

namespace depops::hub::blobs {
namespace fs = std::filesystem;
namespace {

constexpr auto kAbandonedAfter = std::chrono::hours(24);

std::uint64_t size_or_zero(const fs::path& path) {
  std::error_code gone;
  const auto size = fs::file_size(path, gone);
  return gone ? 0 : static_cast<std::uint64_t>(size);
}

Error trouble(const std::string& what, const fs::path& path, int number) {
  const Errc code = number == ENOSPC || number == EDQUOT ? Errc::exhausted : Errc::internal;
  return {code, what + " " + path.string() + ": " + std::strerror(number)};
}

class File {
 public:
  File(const fs::path& path, int flags) : fd_(::open(path.c_str(), flags | O_CLOEXEC, 0600)) {}
  ~File() {
    if (fd_ >= 0) ::close(fd_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

bool write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t done = ::write(fd, bytes.data(), bytes.size());
    if (done < 0 && errno == EINTR) continue;
    if (done < 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(done));
  }
  return true;
}

Result<void> sync_directory(const fs::path& path) {
  const File directory(path, O_RDONLY | O_DIRECTORY);
  if (directory.get() < 0 || ::fsync(directory.get()) != 0) return trouble("can not sync", path, errno);
  return {};
}

std::string hex_of(const Digest& digest) { return digest.str().substr(digest.str().find(':') + 1); }

// One writer per digest; the place is given back when the upload request ends, however it ends.
class Place {
 public:
  Place(std::mutex& mutex, std::set<Digest>& writing, const Digest& digest)
      : mutex_(mutex), writing_(writing), digest_(digest) {
    const std::lock_guard lock(mutex_);
    taken_ = writing_.insert(digest_).second;
  }
  ~Place() {
    const std::lock_guard lock(mutex_);
    if (taken_) writing_.erase(digest_);
  }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
  bool taken() const { return taken_; }

 private:
  std::mutex& mutex_;
  std::set<Digest>& writing_;
  Digest digest_;
  bool taken_ = false;
};

}  // namespace

DirectoryBlobs::DirectoryBlobs(fs::path directory, std::uint64_t cap) : directory_(std::move(directory)), cap_(cap) {}

Result<std::unique_ptr<DirectoryBlobs>> DirectoryBlobs::open(const fs::path& directory, std::uint64_t cap) {
  std::error_code failed;
  for (const char* part : {"whole", "partial"}) {
    fs::create_directories(directory / part, failed);
    if (failed)
      return Error{Errc::unavailable, "artifact store " + directory.string() + ": " + failed.message() +
                                          "; make it a directory this user can write"};
  }
  return std::unique_ptr<DirectoryBlobs>(new DirectoryBlobs(directory, cap));
}

fs::path DirectoryBlobs::whole(const Digest& digest) const { return directory_ / "whole" / hex_of(digest); }

fs::path DirectoryBlobs::partial(const Digest& digest) const { return directory_ / "partial" / hex_of(digest); }

BlobFacts DirectoryBlobs::facts(const Digest& digest) const {
  std::error_code ignored;
  if (!is_digest(digest.str())) return {};
  if (fs::is_regular_file(whole(digest), ignored)) return {size_or_zero(whole(digest)), true};
  return {size_or_zero(partial(digest)), false};
}

Result<fs::path> DirectoryBlobs::path_of(const Digest& digest) const {
  if (!facts(digest).complete)
    return Error{Errc::not_found, "there is no artifact " + digest.str() + "; upload it with PUT first"};
  return whole(digest);
}

Result<void> DirectoryBlobs::check(const BlobPiece& piece) const {
  if (!is_digest(piece.digest.str()))
    return Error{Errc::invalid,
                 "'" + piece.digest.str() + "' is no digest: write sha256: and 64 lower-case hex digits"};
  if (piece.total > cap_)
    return Error{Errc::exhausted, "an artifact may have at most " + std::to_string(cap_) + " bytes, this one has " +
                                      std::to_string(piece.total) + "; make it smaller or raise artifacts.maxBytes"};
  if (piece.first + piece.size > piece.total)
    return Error{Errc::invalid, "the piece ends behind the end of the artifact"};
  const std::uint64_t received = facts(piece.digest).received;
  if (piece.first != received)
    return Error{Errc::conflict, "the next byte wanted is " + std::to_string(received) + ", the piece starts at " +
                                     std::to_string(piece.first) + "; go on at Upload-Offset"};
  return {};
}

Result<void> DirectoryBlobs::append(const BlobPiece& piece, const ByteSource& bytes) const {
  const fs::path path = partial(piece.digest);
  const File file(path, O_WRONLY | O_CREAT | O_APPEND);
  if (file.get() < 0) return trouble("can not open", path, errno);
  std::uint64_t left = piece.size;
  while (left > 0) {
    std::string_view part = bytes();
    if (part.empty()) return Error{Errc::unavailable, "the upload ended early; go on at Upload-Offset"};
    part = part.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(part.size(), left)));
    if (!write_all(file.get(), part)) return trouble("can not write", path, errno);
    left -= part.size();
  }
  if (::fsync(file.get()) != 0) return trouble("can not sync", path, errno);
  return {};
}

Result<BlobFacts> DirectoryBlobs::settle(const BlobPiece& piece) const {
  const fs::path path = partial(piece.digest);
  const std::uint64_t received = size_or_zero(path);
  if (received < piece.total) return BlobFacts{received, false};
  std::error_code failed;
  DEPOPS_TRY(const Digest found, sha256_of_file(path));
  if (found != piece.digest) {
    fs::remove(path, failed);
    return Error{Errc::corrupt, "the bytes received have the digest " + found.str() + ", not " + piece.digest.str() +
                                    "; nothing was kept: upload the right file"};
  }
  fs::rename(path, whole(piece.digest), failed);
  if (failed) return trouble("can not rename", path, failed.value());
  DEPOPS_TRY_VOID(sync_directory(directory_ / "whole"));
  return BlobFacts{received, true};
}

Result<BlobFacts> DirectoryBlobs::write(const BlobPiece& piece, const ByteSource& bytes) {
  const Place place(mutex_, writing_, piece.digest);
  if (!place.taken())
    return Error{Errc::unavailable, "another upload of " + piece.digest.str() + " is under way; ask again with HEAD"};
  if (const BlobFacts now = facts(piece.digest); now.complete) {
    std::error_code failed;  // is young again; if that can not be noted, it is only collected sooner
    fs::last_write_time(whole(piece.digest), fs::file_time_type::clock::now(), failed);
    return now;
  }
  DEPOPS_TRY_VOID(check(piece));
  DEPOPS_TRY_VOID(append(piece, bytes));
  return settle(piece);
}

std::size_t DirectoryBlobs::drop_abandoned() const {
  std::size_t removed = 0;
  std::error_code failed;
  const auto limit = fs::file_time_type::clock::now() - kAbandonedAfter;
  for (const auto& entry : fs::directory_iterator(directory_ / "partial", failed)) {
    if (entry.last_write_time(failed) < limit && fs::remove(entry.path(), failed)) ++removed;
  }
  return removed;
}

std::size_t DirectoryBlobs::collect(const std::vector<Digest>& keep) {
  std::set<std::string> names;
  for (const Digest& digest : keep) names.insert(hex_of(digest));
  std::size_t removed = drop_abandoned();
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator(directory_ / "whole", failed)) {
    const std::string name = entry.path().filename().string();
    if (names.contains(name)) continue;
    const Place place(mutex_, writing_, Digest("sha256:" + name));  // nobody is just now told that it is here
    if (!place.taken()) continue;
    // A fresh one may be about to be published.
    const bool fresh = fs::file_time_type::clock::now() - fs::last_write_time(entry.path(), failed) < kAbandonedAfter;
    if (!fresh && fs::remove(entry.path(), failed)) ++removed;
  }
  return removed;
}

}  // namespace depops::hub::blobs
