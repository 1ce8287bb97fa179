#include <MQTTAsync.h>

#include <atomic>
#include <catch2/catch.hpp>

#include "tests/contract/transport/kinds.h"

using namespace depops;
using namespace depops::test;

namespace {

std::atomic<int> steps = 0;  // lines of the trace that are no errors; the library's callback knows no context

void count(MQTTASYNC_TRACE_LEVELS level, char*) { steps += level < MQTTASYNC_TRACE_ERROR ? 1 : 0; }

}  // namespace

TEST_CASE("the library keeps no trace of its steps") {
  MosquittoKind kind;
  kind.up();
  Seen seen;
  const auto client = kind.client("fra-1");
  client->start({"depops/v1/fra-1/down/#"}, seen.handlers());
  REQUIRE(seen.wait([](Seen& now) { return !now.links.empty() && now.links.back(); }, [] {}));
  MQTTAsync_setTraceCallback(count);  // not before: it is also told which library this is
  client->stop();
  MQTTAsync_setTraceCallback(nullptr);
  CHECK(steps == 0);
}
