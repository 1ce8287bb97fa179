#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "shared/manifest_yaml/parse.h"
#include "tests/support/paths.h"

// Every file of corpus/good is taken; every file of corpus/bad is refused with exactly the lines of the .txt beside it.
// UPDATE_GOLDEN=1 writes those; the difference is what to review.
using namespace depops;
namespace fs = std::filesystem;

namespace {

std::string read(const fs::path& path) {
  std::ifstream stream(path, std::ios::binary);
  REQUIRE(stream);
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

std::vector<fs::path> files_in(const std::string& folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(test::source_dir() + folder)) {
    if (entry.path().extension() == ".yaml") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

TEST_CASE("good files are taken") {
  std::vector<fs::path> files = files_in("/tests/unit/shared/manifest_yaml/corpus/good");
  files.emplace_back(test::source_dir() + "/deploy/demo/pipeline.yaml");
  REQUIRE(files.size() >= 5);
  for (const fs::path& file : files) {
    const manifest::Parsed parsed = manifest_yaml::parse(read(file), file.filename().string());
    CHECK(manifest::to_string(parsed.diagnostics) == "");
    CHECK_FALSE(parsed.documents.empty());
  }
}

TEST_CASE("bad files are refused with every error, its place and its remedy") {
  const std::vector<fs::path> files = files_in("/tests/unit/shared/manifest_yaml/corpus/bad");
  REQUIRE(files.size() >= 15);
  for (const fs::path& file : files) {
    const manifest::Parsed parsed = manifest_yaml::parse(read(file), file.filename().string());
    const std::string said = manifest::to_string(parsed.diagnostics);
    CHECK_FALSE(parsed.ok());
    fs::path golden = file;
    golden.replace_extension(".txt");
    if (std::getenv("UPDATE_GOLDEN") != nullptr) std::ofstream(golden) << said;
    CHECK(said == read(golden));
  }
}
