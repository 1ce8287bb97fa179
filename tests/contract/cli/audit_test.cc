#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "shared/audit/export.h"
#include "shared/signing/log_primitives.h"
#include "shared/signing/signing.h"
#include "tests/contract/cli/program.h"

using namespace depops;
using namespace depops::test;
using Catch::Contains;
namespace fs = std::filesystem;

namespace {

const audit::Primitives& with() { return signing::log_primitives(); }

// A log of 600 entries as files, as an export leaves it, and its key.
struct Exported {
  Exported() {
    key = audit::note_key("hub-1/depops/log1", secret.public_key().bytes(), with()).value();
    for (int i = 1; i <= 600; ++i) leaves.push_back("leaf " + std::to_string(i));
    write(leaves);
  }

  std::string at(const std::string& file) const { return scratch.path() + "/log/" + file; }
  void put(const std::string& file, const std::string& bytes) const {
    fs::create_directories(fs::path(at(file)).parent_path());
    std::ofstream(at(file), std::ios::binary) << bytes;
  }
  std::string note(const audit::CompactRange& range) const {
    const std::string text = audit::text_of(audit::Checkpoint{key.name, range.size(), range.root(with())}, with());
    return audit::write_note({text, {{key.name, key.hash, secret.sign_text(text)}}}, with()).value();
  }
  // Entries and the tiles over them, without a new checkpoint if `keep` says so.
  void write(const std::vector<std::string>& all, bool keep = false) const {
    audit::CompactRange range;
    for (std::size_t first = 0; first < all.size(); first += audit::kTileWidth) {
      const std::size_t width = std::min(audit::kTileWidth, all.size() - first);
      const auto begin = all.begin() + static_cast<std::ptrdiff_t>(first);
      const std::vector<std::string> some(begin, begin + static_cast<std::ptrdiff_t>(width));
      std::vector<audit::Hash> hashes;
      for (const std::string& leaf : some) {
        hashes.push_back(audit::leaf_hash(leaf, with()));
        range.append(hashes.back(), with());
      }
      put(audit::entries_path(first / audit::kTileWidth, width), audit::write_entries(some).value());
      put(audit::tile_path({0, first / audit::kTileWidth}, width), audit::write_tile(hashes));
    }
    if (!keep) put("checkpoint", note(range));
  }
  Ran verify(std::vector<std::string> more = {}) const {
    std::vector<std::string> words = {"audit", "verify", scratch.path() + "/log", "--key", audit::vkey_of(key, with())};
    words.insert(words.end(), more.begin(), more.end());
    return run_depops(words);
  }
  void differs(const std::string& what, const std::vector<std::string>& more = {}) const {
    const Ran ran = verify(more);
    CHECK(ran.exit == 10);
    CHECK_THAT(ran.err, Contains(what));
  }

  Scratch scratch;
  signing::SecretKey secret = signing::SecretKey::generate();
  audit::NoteKey key;
  std::vector<std::string> leaves;
};

}  // namespace

TEST_CASE("an exported log is checked with its key alone") {
  const Exported log;
  const Ran ran = log.verify();
  CHECK(ran.exit == 0);
  CHECK_THAT(ran.out, Contains("600 entries of hub-1/depops/log1"));
  CHECK_THAT(log.verify({"-o", "json"}).out, Contains("\"entries\": 600"));
}

TEST_CASE("A32 an exported log in which an entry was changed, removed or moved is refused, with the entry") {
  Exported log;
  SECTION("changed") {
    log.leaves[299] = "leaf 300.";
    log.put(audit::entries_path(1, 256),
            audit::write_entries({log.leaves.begin() + 256, log.leaves.begin() + 512}).value());
    log.differs("entry 300 is not what was written");
  }
  SECTION("changed, and its hash with it") {
    log.leaves[299] = "leaf 300.";
    log.write(log.leaves, true);
    log.differs("600 entries are not those that were signed");
  }
  SECTION("moved") {
    std::swap(log.leaves[5], log.leaves[6]);
    log.put(audit::entries_path(0, 256), audit::write_entries({log.leaves.begin(), log.leaves.begin() + 256}).value());
    log.differs("entry 6 is not what was written");
  }
  SECTION("removed") {
    log.put(audit::entries_path(0, 256), audit::write_entries({log.leaves.begin(), log.leaves.begin() + 255}).value());
    log.differs("it has 255 entries and not 256");
  }
  SECTION("a file is gone") {
    fs::remove(log.at(audit::entries_path(1, 256)));
    const Ran ran = log.verify();
    CHECK(ran.exit == 1);
    CHECK_THAT(ran.err, Contains("tile/entries/001: can not be read"));
  }
}

TEST_CASE("A32 a log whose end was cut off, or that is another one, is told by a checkpoint from before") {
  Exported log;
  log.put("../seen", read_whole(log.at("checkpoint")));
  const std::string seen = log.scratch.path() + "/seen";
  CHECK(log.verify({"--seen", seen}).exit == 0);
  std::vector<std::string> shorter(log.leaves.begin(), log.leaves.begin() + 520);
  log.write(shorter);
  CHECK(log.verify().exit == 0);
  log.differs("its end was cut off", {"--seen", seen});
  std::vector<std::string> other = log.leaves;
  other[3] = "another";
  other.emplace_back("one more");
  log.write(other);
  CHECK(log.verify().exit == 0);
  log.differs("the first 600 entries are not those", {"--seen", seen});
}

TEST_CASE("a log is not checked with a key that is none, nor taken for that of another key") {
  const Exported log;
  CHECK(log.verify({"--seen", "/nowhere"}).exit == 1);
  const Ran no_key = run_depops({"audit", "verify", log.scratch.path() + "/log", "--key", "nothing"});
  CHECK(no_key.exit == 2);
  CHECK_THAT(no_key.err, Contains("NAME+HASH+KEY"));
  const auto other = signing::SecretKey::generate();
  const auto key = audit::note_key(log.key.name, other.public_key().bytes(), with()).value();
  const Ran refused =
      run_depops({"audit", "verify", log.scratch.path() + "/log", "--key", audit::vkey_of(key, with())});
  CHECK(refused.exit == 10);
  CHECK_THAT(refused.err, Contains("none of the keys"));
}
