#include "hub/blobs/directory_blobs.h"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <fstream>

#include "hub/blobs/sha256_of_file.h"

using namespace depops;
using namespace depops::hub;
namespace fs = std::filesystem;

namespace {

// SHA-256 of "abc" (FIPS 180-4) and of nothing.
const Digest kAbc("sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
const Digest kEmpty("sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");

struct Directory {
  Directory() {
    std::string name = (fs::temp_directory_path() / "blobs-XXXXXX").string();
    path = ::mkdtemp(name.data());
  }
  ~Directory() { fs::remove_all(path); }
  fs::path path;
};

ByteSource bytes_of(std::string text) {
  return [text = std::move(text), given = false]() mutable -> std::string_view {
    if (given) return {};
    given = true;
    return text;
  };
}

}  // namespace

TEST_CASE("a blob is visible only when whole and checked") {
  Directory dir;
  auto blobs = blobs::DirectoryBlobs::open(dir.path, 100).value();
  CHECK(blobs->facts(kAbc) == BlobFacts{0, false});

  auto first = blobs->write({kAbc, 0, 2, 3}, bytes_of("ab"));
  REQUIRE(first.ok());
  CHECK(first.value() == BlobFacts{2, false});
  CHECK(blobs->path_of(kAbc).error().code == Errc::not_found);

  auto second = blobs->write({kAbc, 2, 1, 3}, bytes_of("c"));
  REQUIRE(second.ok());
  CHECK(second.value() == BlobFacts{3, true});
  CHECK(blobs::sha256_of_file(blobs->path_of(kAbc).value()).value() == kAbc);
}

TEST_CASE("an upload goes on after a restart where it ended") {
  Directory dir;
  {
    auto blobs = blobs::DirectoryBlobs::open(dir.path, 100).value();
    auto cut = blobs->write({kAbc, 0, 3, 3}, bytes_of("ab"));
    CHECK(cut.error().code == Errc::unavailable);
  }
  auto blobs = blobs::DirectoryBlobs::open(dir.path, 100).value();
  CHECK(blobs->facts(kAbc) == BlobFacts{2, false});
  CHECK(blobs->write({kAbc, 0, 3, 3}, bytes_of("abc")).error().code == Errc::conflict);
  CHECK(blobs->write({kAbc, 2, 1, 3}, bytes_of("c")).value().complete);
}

TEST_CASE("bytes with another digest are thrown away") {
  Directory dir;
  auto blobs = blobs::DirectoryBlobs::open(dir.path, 100).value();
  auto wrong = blobs->write({kAbc, 0, 3, 3}, bytes_of("abd"));
  CHECK(wrong.error().code == Errc::corrupt);
  CHECK(blobs->facts(kAbc) == BlobFacts{0, false});
  CHECK(blobs->write({kAbc, 0, 3, 3}, bytes_of("abc")).value().complete);
}

TEST_CASE("the cap, the range and the name are checked before a byte is written") {
  Directory dir;
  auto blobs = blobs::DirectoryBlobs::open(dir.path, 2).value();
  CHECK(blobs->write({kAbc, 0, 3, 3}, bytes_of("abc")).error().code == Errc::exhausted);
  CHECK(blobs->write({kAbc, 0, 2, 1}, bytes_of("ab")).error().code == Errc::invalid);
  CHECK(blobs->write({Digest("sha256:../../x"), 0, 1, 1}, bytes_of("a")).error().code == Errc::invalid);
  CHECK(fs::is_empty(dir.path / "partial"));
}

TEST_CASE("the empty blob and a blob that is already there") {
  Directory dir;
  auto blobs = blobs::DirectoryBlobs::open(dir.path, 100).value();
  CHECK(blobs->write({kEmpty, 0, 0, 0}, bytes_of("")).value() == BlobFacts{0, true});
  CHECK(blobs->write({kEmpty, 0, 0, 0}, bytes_of("")).value().complete);
}

TEST_CASE("collect keeps what is named and what is fresh") {
  Directory dir;
  auto blobs = blobs::DirectoryBlobs::open(dir.path, 100).value();
  REQUIRE(blobs->write({kAbc, 0, 3, 3}, bytes_of("abc")).ok());
  REQUIRE(blobs->write({kEmpty, 0, 0, 0}, bytes_of("")).ok());
  CHECK(blobs->collect({}) == 0);

  const auto old = fs::file_time_type::clock::now() - std::chrono::hours(48);
  for (const auto& entry : fs::directory_iterator(dir.path / "whole")) fs::last_write_time(entry.path(), old);
  CHECK(blobs->collect({kAbc}) == 1);
  CHECK(blobs->facts(kAbc).complete);
  CHECK_FALSE(blobs->facts(kEmpty).complete);

  // Sent again while it is here, it is about to be published: as if it were new.
  REQUIRE(blobs->write({kAbc, 0, 3, 3}, bytes_of("abc")).value().complete);
  CHECK(blobs->collect({}) == 0);
  CHECK(blobs->facts(kAbc).complete);
}
