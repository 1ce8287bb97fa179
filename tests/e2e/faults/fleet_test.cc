#include <catch2/catch.hpp>
#include <filesystem>

#include "tests/e2e/stage/guard.h"
#include "tests/e2e/stage/program.h"
#include "tests/support/paths.h"

// Many sites on one broker that is killed: they all come back at the same moment, with what they wrote meanwhile. The
// measurement of a fleet does that and counts every entry in the hub's database: each there, and none twice.
namespace depops::faults {
namespace {

constexpr stage::Seconds kRun{600};

void come_back(unsigned sites) {
  const stage::Guard guard("f39");
  const std::string log = guard.folder() + "/log";
  const auto ran = stage::run({{test::bin_dir() + "/../tests/bench_fleet", "--sites", std::to_string(sites),
                                "--entries", "20", "--bytes", "200", "--idle-s", "1"},
                               guard.folder(),
                               log,
                               {{"TMPDIR", guard.folder()}},
                               {}},
                              kRun);
  INFO(stage::read_file(log));
  REQUIRE(ran.status == 0);
  CHECK_THAT(ran.output, Catch::Contains("fleet_drain") && Catch::Contains("\"rows\":" + std::to_string(20 * sites)));
}

}  // namespace

TEST_CASE("F39 fifty sites come back at the same moment, and each entry arrives once") { come_back(50); }

TEST_CASE("F39 a thousand sites come back at the same moment, and each entry arrives once", "[.][long]") {
  come_back(1'000);
}

}  // namespace depops::faults
