#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

#include "tests/fuzz/target.h"
#include "tests/support/paths.h"

namespace depops::fuzz {
namespace {

namespace fs = std::filesystem;

std::string read(const fs::path& path) {
  std::ifstream stream(path, std::ios::binary);
  DEPOPS_CHECK(stream.good());
  return {std::istreambuf_iterator<char>(stream), {}};
}

// A seed that is no longer taken for what it is would let the search begin at nothing, and nobody would see it.
int write_seeds(const fs::path& folder) {
  fs::create_directories(folder);
  int wrong = 0;
  std::size_t count = 0;
  for (const Seed& seed : seeds()) {
    ++count;
    if (judge(seed.bytes) != seed.taken) {
      std::fprintf(stderr, "seed %s is %s\n", seed.name.c_str(), seed.taken ? "refused" : "taken");
      wrong = 1;
    }
    std::ofstream(folder / seed.name, std::ios::binary) << seed.bytes;
  }
  std::printf("%zu seeds\n", count);
  return count == 0 ? 1 : wrong;
}

}  // namespace

std::vector<Seed> files(const std::string& folder, const std::string& begin, const std::string& end, bool taken) {
  std::vector<Seed> found;
  for (const auto& entry : fs::directory_iterator(test::source_dir() + "/" + folder)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with(begin) && name.ends_with(end)) found.push_back({name, read(entry.path()), taken});
  }
  DEPOPS_CHECK(!found.empty());
  std::ranges::sort(found, {}, &Seed::name);
  return found;
}

const signing::SecretKey& key(std::uint8_t number) {
  static std::map<std::uint8_t, signing::SecretKey> all;
  std::array<std::uint8_t, 32> seed{};
  seed.fill(number);
  const auto found = all.find(number);
  return found != all.end() ? found->second : all.emplace(number, signing::SecretKey::from_seed(seed)).first->second;
}

}  // namespace depops::fuzz

// `<fuzzer> seeds FOLDER` writes the seeds; everything else is libFuzzer's.
extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv) {
  if (*argc == 3 && std::string_view((*argv)[1]) == "seeds") std::exit(depops::fuzz::write_seeds((*argv)[2]));
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  (void)depops::fuzz::judge({reinterpret_cast<const char*>(data), size});
  return 0;
}
