#include "agent/kubernetes/lease/lease_object.h"

#include <catch2/catch.hpp>

#include "shared/json/parse.h"
#include "shared/json/write.h"

using namespace depops;
using namespace depops::agent::kubernetes;

namespace {

LeaseSeen read(const std::string& spec) {
  return lease_of(
      object_of(*json::parse(R"({"metadata":{"name":"depops-agent","resourceVersion":"7"},"spec":)" + spec + "}")));
}

const Instant kNow = Instant(std::chrono::sys_days(std::chrono::year(2026) / 11 / 26)) + Millis(54'245'006);

}  // namespace

TEST_CASE("times are written as the API's MicroTime") {
  CHECK(micro_time(kNow) == "2026-11-26T15:04:05.006000Z");
  CHECK(micro_time(Instant()) == "1970-01-01T00:00:00.000000Z");
}

TEST_CASE("a Lease is read as far as it counts, and what is missing or absurd is taken for the least") {
  const auto seen = read(R"({"holderIdentity":"a/b","leaseDurationSeconds":60,)"
                         R"("renewTime":"2026-11-26T15:04:05.006000Z","leaseTransitions":3})");
  CHECK(seen == LeaseSeen{Holder("a/b"), "2026-11-26T15:04:05.006000Z", Millis(60'000), 3, ResourceVersion("7")});
  CHECK(read("{}") == LeaseSeen{Holder(""), "", Millis(1'000), 0, ResourceVersion("7")});
  CHECK(read(R"({"leaseDurationSeconds":99999999999,"leaseTransitions":-4})").lasts == Millis(600'000));
  CHECK(read(R"({"leaseDurationSeconds":-1,"leaseTransitions":99999999999})").transitions == INT32_MAX - 1);
}

TEST_CASE("a change is tied to what was read, and only a new holder counts as one") {
  const LeaseSeen seen{Holder("a"), "t", Millis(60'000), 3, ResourceVersion("7")};
  CHECK(json::write(lease_change(seen, Holder("a"), Millis(60'000), kNow).value()) ==
        R"([{"op":"test","path":"/metadata/resourceVersion","value":"7"},)"
        R"({"op":"add","path":"/spec/holderIdentity","value":"a"},)"
        R"({"op":"add","path":"/spec/leaseDurationSeconds","value":60},)"
        R"({"op":"add","path":"/spec/renewTime","value":"2026-11-26T15:04:05.006000Z"}])");
  const std::string taken = json::write(lease_change(seen, Holder("b"), Millis(60'000), kNow).value());
  CHECK(taken.find(R"("path":"/spec/leaseTransitions","value":4)") != std::string::npos);
  CHECK(taken.find("acquireTime") != std::string::npos);
  const std::string back = json::write(lease_change(seen, Holder(""), Millis(60'000), kNow).value());
  CHECK(back.find("leaseTransitions") == std::string::npos);
}
