#include "agent/kubernetes/events/event_object.h"

#include <catch2/catch.hpp>

#include "shared/json/write.h"

using namespace depops;
using namespace depops::agent::kubernetes;

namespace {

Resource events(const char* group, const char* version) {
  return {ApiGroup(group), ApiVersion(version), Plural("events"), "Event", true};
}

EventTold an_event() {
  const Resource kind{ApiGroup("depops.io"), ApiVersion("v1"), Plural("workloads"), "Workload", true};
  EventTold told;
  told.name = ObjectName("checkout.1.1");
  told.site = SiteName("fra-1");
  told.said = {ServiceName("checkout"), SetId("checkout-2"), true, "RolloutWentBack", "back to 1.0"};
  told.regarding = {kind, {Namespace("shop"), ObjectName("checkout")}, Uid("u-7")};
  told.at = Instant(Millis(1'795'000'000'123));
  return told;
}

}  // namespace

TEST_CASE("an event of events.k8s.io has all that its API asks for") {
  CHECK(json::write(event_body(events("events.k8s.io", "v1"), an_event())) ==
        R"({"apiVersion":"events.k8s.io/v1","kind":"Event","metadata":{"name":"checkout.1.1","namespace":"shop"},)"
        R"("type":"Warning","reason":"RolloutWentBack","reportingInstance":"fra-1","regarding":)"
        R"({"apiVersion":"depops.io/v1","kind":"Workload","namespace":"shop","name":"checkout","uid":"u-7"},)"
        R"("note":"back to 1.0","eventTime":"2026-11-18T11:06:40.123000Z","action":"Rollout",)"
        R"("reportingController":"depops.io/agent"})");
}

TEST_CASE("an event of the core group says the same in its words") {
  CHECK(json::write(event_body(events("", "v1"), an_event())) ==
        R"({"apiVersion":"v1","kind":"Event","metadata":{"name":"checkout.1.1","namespace":"shop"},)"
        R"("type":"Warning","reason":"RolloutWentBack","reportingInstance":"fra-1","involvedObject":)"
        R"({"apiVersion":"depops.io/v1","kind":"Workload","namespace":"shop","name":"checkout","uid":"u-7"},)"
        R"("message":"back to 1.0","source":{"component":"depops-agent"},"firstTimestamp":"2026-11-18T11:06:40Z",)"
        R"("lastTimestamp":"2026-11-18T11:06:40Z","count":1,"reportingComponent":"depops.io/agent"})");
}

TEST_CASE("a repeated event is counted where its API counts") {
  const Instant at(Millis(1'795'000'000'123));
  CHECK(json::write(count_up(events("events.k8s.io", "v1"), 3, at).value()) ==
        R"([{"op":"add","path":"/series","value":{"count":3,"lastObservedTime":"2026-11-18T11:06:40.123000Z"}}])");
  CHECK(json::write(count_up(events("events.k8s.io", "v1beta1"), 3, at).value()).find(R"("state":"Ongoing")") !=
        std::string::npos);
  CHECK(json::write(count_up(events("", "v1"), 3, at).value()) ==
        R"([{"op":"add","path":"/count","value":3},)"
        R"({"op":"add","path":"/lastTimestamp","value":"2026-11-18T11:06:40Z"}])");
}

TEST_CASE("a note is cut to what the API takes, in whole characters") {
  EventTold told = an_event();
  told.said.note = std::string(1'023, 'x') + "\xc3\xa4";
  CHECK(event_body(events("events.k8s.io", "v1"), told)["note"].as_string() == std::string(1'023, 'x'));
  CHECK(event_body(events("", "v1"), told)["message"].as_string() == std::string(1'023, 'x'));
}

TEST_CASE("names of events differ by moment and number and are short enough") {
  const Instant at(Millis(255));
  CHECK(event_name(ServiceName("checkout"), at, 1) == ObjectName("checkout.ff.1"));
  CHECK(event_name(ServiceName("checkout"), at, 1) != event_name(ServiceName("checkout"), at, 2));
  CHECK(event_name(ServiceName(std::string(300, 'x')), at, 1).str().size() < 253);
}
