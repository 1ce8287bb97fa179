#include "shared/manifest/resolve.h"

#include <catch2/catch.hpp>

using namespace depops;
using namespace depops::manifest;

TEST_CASE("a selector takes what matches all it names") {
  const std::map<std::string, std::string> labels{{"region", "eu-west"}, {"ring", "pilot"}};
  const SiteName fra("fra-1");
  CHECK(selects({true, {}, {}, {}}, fra, {}));
  CHECK(selects({false, {"fra-*"}, {}, {}}, fra, labels));
  CHECK_FALSE(selects({false, {"sin-*", "ams-1"}, {}, {}}, fra, labels));
  CHECK(selects({false, {}, {"eu-*"}, {}}, fra, labels));
  CHECK_FALSE(selects({false, {}, {"eu-*"}, {}}, fra, {}));
  CHECK(selects({false, {"*"}, {"*west"}, {{"ring", "pilot"}}}, fra, labels));
  CHECK_FALSE(selects({false, {"*"}, {"*west"}, {{"ring", "last"}}}, fra, labels));
}

TEST_CASE("concurrency is at least one site and at most all") {
  CHECK(concurrency({1, false}, 10) == 1);
  CHECK(concurrency({25, true}, 10) == 3);
  CHECK(concurrency({0, true}, 10) == 1);
  CHECK(concurrency({0, false}, 10) == 1);
  CHECK(concurrency({100, true}, 10) == 10);
  CHECK(concurrency({50, false}, 10) == 10);
  CHECK(concurrency({5, false}, 0) == 1);
}

TEST_CASE("where there is more of a service there is more of what runs beside it") {
  Pipeline pipeline;
  Environment environment;
  pipeline.process = rollout::ProcessWorkload{};
  pipeline.process->replicas = 4;
  pipeline.companions["worker"].replicas = 3;
  CHECK(to_companions(pipeline, environment).at("worker").replicas == 3);
  environment.replicas = 8;
  CHECK(to_companions(pipeline, environment).at("worker").replicas == 6);
  environment.replicas = 1;
  CHECK(to_companions(pipeline, environment).at("worker").replicas == 1);
}

TEST_CASE("an environment's replicas stand instead of the workload's") {
  Pipeline pipeline;
  Environment environment;
  CHECK(to_workload(pipeline, environment).error().code == Errc::refused);
  pipeline.process = rollout::ProcessWorkload{};
  pipeline.process->replicas = 2;
  CHECK(to_workload(pipeline, environment)->replicas == 2);
  environment.replicas = 7;
  CHECK(to_workload(pipeline, environment)->replicas == 7);
}
