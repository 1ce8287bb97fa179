#include "shared/whole_file/whole_file.h"
#include "shared/whole_file/file_state.h"

#include <stdlib.h>
#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace depops::whole_file {
namespace {

struct Folder {
  Folder() {
    char name[] = "/tmp/depops-whole-XXXXXX";
    path = ::mkdtemp(name);
  }
  ~Folder() { std::filesystem::remove_all(path); }
  std::string at(const std::string& name) const { return path + "/" + name; }
  std::string read(const std::string& name) const {
    std::ostringstream text;
    text << std::ifstream(at(name)).rdbuf();
    return text.str();
  }
  std::string path;
};

unsigned mode_of(const std::string& path) {
  struct stat facts {};
  return ::stat(path.c_str(), &facts) == 0 ? facts.st_mode & 0777U : 0;
}

}  // namespace

TEST_CASE("a file is replaced whole, for its owner or for all to read, and leaves nothing beside it") {
  const Folder folder;
  std::ofstream(folder.at("a.new")) << "what an earlier try left";
  REQUIRE(replace(folder.at("a"), "one").ok());
  CHECK(mode_of(folder.at("a")) == 0600);
  REQUIRE(replace(folder.at("a"), "two", Readers::all).ok());
  CHECK(mode_of(folder.at("a")) == 0644);
  CHECK(folder.read("a") == "two");
  CHECK_FALSE(std::filesystem::exists(folder.at("a.new")));
}

TEST_CASE("of a file no more is read than is asked for, and nothing of one that is not there or is a folder") {
  const Folder folder;
  REQUIRE(replace(folder.at("a"), std::string("one\0two", 7)).ok());
  CHECK(beginning_of(folder.at("a"), 5) == std::string("one\0t", 5));
  CHECK(beginning_of(folder.at("a"), 100) == std::string("one\0two", 7));
  CHECK(beginning_of(folder.at("none"), 100).empty());
  CHECK(beginning_of(folder.path, 100).empty());
  CHECK(beginning_of("/dev/zero", 100).size() == 100);
}

TEST_CASE("what is made once is never made over, and what failed has no name") {
  const Folder folder;
  const auto fails = [](const std::string& path) -> Result<void> {
    std::ofstream(path) << "half";
    return Error{Errc::unavailable, "the disk is full"};
  };
  CHECK_FALSE(make_once(folder.at("a"), fails).ok());
  CHECK_FALSE(std::filesystem::exists(folder.at("a")));
  REQUIRE(write_same(folder.at("a"), "one").ok());
  CHECK(make_once(folder.at("a"), fails).ok());
  CHECK(write_same(folder.at("a"), "one").ok());
  CHECK(write_same(folder.at("a"), "two").error().code == Errc::exists);
  CHECK(folder.read("a") == "one");
  CHECK_FALSE(replace(folder.at("none/a"), "x").ok());
}

TEST_CASE("a file that was written, replaced or given to another by a link is told without reading it") {
  const Folder folder;
  CHECK_FALSE(state_of(folder.at("a")).has_value());
  REQUIRE(replace(folder.at("a"), "one").ok());
  const auto first = state_of(folder.at("a"));
  REQUIRE(first.has_value());
  CHECK(first->size == 3);
  CHECK(state_of(folder.at("a")) == first);
  REQUIRE(replace(folder.at("a"), "two").ok());  // as long as the one before
  const auto second = state_of(folder.at("a"));
  CHECK(second != first);
  std::ofstream(folder.at("a"), std::ios::app) << "!";
  CHECK(state_of(folder.at("a")) != second);
  std::filesystem::create_symlink("a", folder.at("link"));
  const auto by_link = state_of(folder.at("link"));
  CHECK(by_link == state_of(folder.at("a")));
  REQUIRE(replace(folder.at("b"), "two!").ok());
  std::filesystem::remove(folder.at("link"));
  std::filesystem::create_symlink("b", folder.at("link"));
  CHECK(state_of(folder.at("link")) != by_link);
}

}  // namespace depops::whole_file
