#include <signal.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <set>

#include "tests/e2e/faults/scene.h"
#include "tests/e2e/stage/small_disk.h"

// Disks that are full, and bytes on them that are no longer what was written.
namespace depops::faults {
namespace {

namespace fs = std::filesystem;

constexpr unsigned kHubDisk = 96;    // MiB
constexpr unsigned kSiteDisk = 400;  // below 256 free an agent begins nothing new, and 64 are its reserve
constexpr int kTries = 3'000;

// Takes all the room there is on the disk of a folder, for as long as it lives.
class Filling {
 public:
  explicit Filling(const std::string& folder) : path_(folder + "/filling") {
    std::ofstream file(path_, std::ios::binary);
    const std::string block(4'096, 'x');
    while (file.write(block.data(), static_cast<std::streamsize>(block.size())).flush()) {
    }
  }
  ~Filling() { fs::remove(path_); }
  Filling(const Filling&) = delete;
  Filling& operator=(const Filling&) = delete;

 private:
  std::string path_;
};

bool has_small_disks() {
  static const bool has = stage::own_mounts();
  if (!has) WARN("skipped: no right to mount a small file system here");
  return has;
}

// Asks for environments until the hub refuses: its log may have room that it took before. What it says then.
std::string refusal(stage::Stage& stage) {
  for (int i = 0; i < kTries; ++i) {
    try {
      stage.depops({"env", "create", "more-" + std::to_string(i), "--tier", "staging"});
    } catch (const stage::Trouble& trouble) {
      return trouble.what();
    }
  }
  return "";
}

void flip_one_bit(const fs::path& path) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  const auto middle = static_cast<std::streamoff>(fs::file_size(path) / 2);
  file.seekg(middle);
  const auto byte = static_cast<char>(file.get() ^ 0x10);
  file.seekp(middle);
  file.put(byte);
}

}  // namespace

TEST_CASE(
    "F18 a hub on a full disk refuses what would change something, answers what is asked, and goes on with room") {
  if (!has_small_disks()) return;
  Scene scene("f18", {.roads = false, .stage = {.hub_disk_mebibytes = kHubDisk}});
  {
    const Filling filling(scene.stage().folder("hub"));
    const std::string said = refusal(scene.stage());
    CHECK_THAT(said, Catch::Contains("nothing was changed"));
    for (int i = 0; i < 3; ++i) {
      CHECK_THROWS_AS(scene.stage().depops({"env", "create", "never-" + std::to_string(i), "--tier", "staging"}),
                      stage::Trouble);
      CHECK(scene.stage().depops({"get", "sites"})["items"].items().size() == 1);
      CHECK_FALSE(scene.stage().depops({"audit", "list"})["items"].items().empty());
    }
    CHECK(scene.stage().hub().running());
  }
  stage::wait_until("the hub takes orders again", kConverged, [&] {
    try {
      scene.stage().depops({"env", "create", "after", "--tier", "staging"});
      return true;
    } catch (const stage::Trouble&) {
      return false;
    }
  });
  scene.roll_out(kRollout);
  scene.ledger().check(kConverged);
}

TEST_CASE(
    "F17 an agent on a full disk begins nothing new and says so, keeps what runs, and begins once there is room") {
  if (!has_small_disks()) return;
  Scene scene("f17", {.roads = false, .site_disk_mebibytes = kSiteDisk});
  const std::string stable = scene.site().status()["stable"].as_string();
  {
    const Filling filling(scene.site().folder("state"));
    scene.stage().publish("9.9");
    const std::string id = scene.stage().deploy("9.9", scene.site().environment());
    const json::Value ended = scene.stage().wait_for_end(id, kRollout);
    CHECK(ended["state"].as_string() == "failed");
    CHECK_THAT(ended["reason"].as_string(), Catch::Contains("disk") && Catch::Contains("free space"));
    CHECK(scene.site().status()["stable"].as_string() == stable);
    CHECK(scene.site().agent().running());
  }
  stage::wait_until(
      "the agent has room again", kConverged, [&] { return scene.site().view()["storage"].as_string() == "ok"; },
      [&] { return scene.site().tell_agent("status"); });
  scene.roll_out(kRollout);
  scene.ledger().check(kConverged);
}

TEST_CASE("F20 one flipped bit in an artifact on the hub's disk: the site says so and starts nothing of it") {
  Scene scene("f20", {.roads = false});
  const std::string stable = scene.site().status()["stable"].as_string();
  std::set<fs::path> before;
  const fs::path whole = scene.stage().folder("hub/artifacts/whole");
  for (const auto& entry : fs::directory_iterator(whole)) before.insert(entry.path());
  scene.stage().publish("9.9");
  for (const auto& entry : fs::directory_iterator(whole))
    if (!before.contains(entry.path())) flip_one_bit(entry.path());
  const std::string id = scene.stage().deploy("9.9", scene.site().environment());
  const json::Value ended = scene.stage().wait_for_end(id, kRollout);
  CHECK(ended["state"].as_string() == "aborted");
  CHECK_THAT(ended["reason"].as_string(), Catch::Contains("the bytes are not those of"));
  CHECK(scene.site().status()["stable"].as_string() == stable);
  scene.ledger().check(kConverged);
}

}  // namespace depops::faults
