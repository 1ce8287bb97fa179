#include "agent/hooks/leftovers.h"

#include <stdlib.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "shared/spawn/spawn.h"

// What an agent that was killed left running.
namespace depops::test {
namespace {

bool has_ended(int pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  const std::string text((std::istreambuf_iterator<char>(file)), {});
  const std::size_t bracket = text.rfind(") ");
  return bracket == std::string::npos || text[bracket + 2] == 'Z';
}

}  // namespace

TEST_CASE("a program that outlived an agent is gone before the next one can begin") {
  std::string folder = (std::filesystem::temp_directory_path() / "depops-leftovers-XXXXXX").string();
  REQUIRE(::mkdtemp(folder.data()) != nullptr);
  for (int turn = 0; turn < 50; ++turn) {
    Program program{{"/bin/sleep", "1000"}};
    program.own_session = true;
    const auto pid = spawn(program);
    REQUIRE(pid.ok());
    agent::hooks::note_running(folder + "/hook" + agent::hooks::kNoteEnding, *pid);
    agent::hooks::end_leftovers(folder);
    REQUIRE(has_ended(*pid));
    (void)wait_for(*pid);
    REQUIRE(std::filesystem::is_empty(folder));
  }
  std::filesystem::remove_all(folder);
}

}  // namespace depops::test
