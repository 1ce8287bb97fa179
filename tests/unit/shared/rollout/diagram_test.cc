#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

#include "shared/rollout/transition.h"
#include "tests/support/paths.h"

namespace depops::rollout {

TEST_CASE("docs: the diagram in the folder is the one of the table") {
  const std::string path = test::source_dir() + "/shared/rollout/diagram.mmd";
  const char* update = std::getenv("UPDATE_GOLDEN");
  if (update != nullptr && *update != '\0') std::ofstream(path) << diagram();
  std::ifstream file(path);
  const std::string written{std::istreambuf_iterator<char>(file), {}};
  INFO("UPDATE_GOLDEN=1 writes it anew");
  CHECK(written == diagram());
}

TEST_CASE("every trigger has a row, and every phase can be left") {
  for (std::size_t trigger = 0; trigger < kTriggers; ++trigger) {
    bool used = false;
    for (std::size_t phase = 0; phase < kPhases; ++phase) {
      used = used || row_of(static_cast<Phase>(phase), static_cast<Trigger>(trigger)).has_value();
    }
    INFO(name_of(static_cast<Trigger>(trigger)));
    CHECK(used);
  }
  for (std::size_t phase = 1; phase < kPhases; ++phase) {
    INFO(name_of(static_cast<Phase>(phase)));
    CHECK(row_of(static_cast<Phase>(phase), Trigger::abort).has_value());
  }
}

TEST_CASE("abort is refused in idle: there is nothing to abort") {
  CHECK_FALSE(row_of(Phase::idle, Trigger::abort).has_value());
  CHECK_FALSE(row_of(Phase::aborting, Trigger::pause).has_value());
}

}  // namespace depops::rollout
