#include "shared/analysis/sequential.h"

#include <catch2/catch.hpp>

#include "tests/vectors/json_file.h"

namespace depops::analysis {
namespace {

Window window_of(const Poco::JSON::Object& row) {
  Window window;
  window.canary = {row.getValue<std::uint64_t>("nc"), row.getValue<std::uint64_t>("xc")};
  window.stable = {row.getValue<std::uint64_t>("ns"), row.getValue<std::uint64_t>("xs")};
  return window;
}

SequentialSettings sequential_settings(const Poco::JSON::Object& test_case) {
  SequentialSettings settings;
  settings.tolerated_ratio = test_case.getValue<double>("rho0");
  settings.dispersion = test_case.getValue<double>("phi");
  settings.restarts = test_case.getValue<std::uint32_t>("restarts");
  if (test_case.has("every")) settings.every = test_case.getValue<std::uint32_t>("every");
  return settings;
}

}  // namespace

TEST_CASE("rollouts/sequential-eprocess-computed: every row to 1e-9") {
  const auto file = test::vectors_object("rollouts/sequential-eprocess-computed.json");
  const auto cases = file->getArray("cases");
  REQUIRE(cases->size() > 0);
  for (std::size_t i = 0; i < cases->size(); ++i) {
    const auto test_case = cases->getObject(static_cast<unsigned>(i));
    const SequentialSettings settings = sequential_settings(*test_case);
    const auto rows = test_case->getArray("rows");
    SequentialState state;
    for (std::size_t j = 0; j < rows->size(); ++j) {
      const auto row = rows->getObject(static_cast<unsigned>(j));
      state = observe(state, window_of(*row), settings);
      INFO(test_case->getValue<std::string>("name") << ", row " << j);
      CHECK(state.evidence == Approx(row->getValue<double>("E")).epsilon(1e-9));
    }
  }
}

}  // namespace depops::analysis
