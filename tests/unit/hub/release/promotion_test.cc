#include "hub/release/promotion.h"

#include <catch2/catch.hpp>

#include "hub/release/resolve.h"

using namespace depops;
using namespace depops::hub;
using release::Standing;
using rollout::ReleaseKind;
using rollout::State;

namespace {

Standing done(const char* id, const char* version, ReleaseKind kind = ReleaseKind::forward, bool failed = false) {
  return {DeploymentId(id), VersionLabel(version), kind, State::completed, failed};
}

const ServiceName kService("checkout");
const EnvironmentName kStaging("staging");

}  // namespace

TEST_CASE("Only the newest deployment of a version says whether it is healthy") {
  const auto unhealthy = [](const std::vector<Standing>& before) {
    return !release::unhealthy_before(kService, VersionLabel("1.1"), kStaging, before).empty();
  };
  CHECK(unhealthy({}));
  CHECK(unhealthy({done("d-1", "1.0")}));
  CHECK_FALSE(unhealthy({done("d-1", "1.1"), done("d-2", "1.2")}));
  CHECK(unhealthy({done("d-1", "1.1", ReleaseKind::forward, true)}));
  Standing bad = done("d-2", "1.1");
  bad.state = State::rolled_back;
  CHECK(unhealthy({done("d-1", "1.1"), bad}));
  CHECK_FALSE(unhealthy({bad, done("d-3", "1.1")}));
}

TEST_CASE("V1, V2, V3, then back to V1: V2 is what failed") {
  const std::vector<Standing> all{done("d-1", "1"), done("d-2", "2"), done("d-3", "3")};
  REQUIRE(release::rollback_target(all, VersionLabel("1")) != nullptr);
  CHECK(release::undone_by(all, all[0])->deployment == DeploymentId("d-2"));
  CHECK(release::rollback_target(all, VersionLabel())->version == VersionLabel("2"));
  CHECK(release::rollback_target({all[0]}, VersionLabel()) == nullptr);
  CHECK(release::live(all)->version == VersionLabel("3"));
}

TEST_CASE("Any difference of what runs is another set, and equal content is the same") {
  rollout::VersionSnapshot one;
  one.service = kService;
  one.settings = {{"a", "b"}};
  rollout::VersionSnapshot two = one;
  CHECK(release::canonical_text(one) == release::canonical_text(two));
  two.settings = {{"a", "b,1:c"}};
  CHECK(release::canonical_text(one) != release::canonical_text(two));
  two = one;
  two.label = VersionLabel("1.1");
  CHECK(release::canonical_text(one) != release::canonical_text(two));
  two = one;
  two.set = SetId("checkout-000000000000");
  CHECK(release::canonical_text(one) == release::canonical_text(two));
}

TEST_CASE("A version that gets a companion is another set; without any the text is what it always was") {
  rollout::VersionSnapshot one;
  one.service = kService;
  const std::string alone = release::canonical_text(one);
  CHECK(alone.find("companions") == std::string::npos);
  one.companions["worker"].command = {"bin/worker"};
  const std::string two = release::canonical_text(one);
  CHECK(two.rfind(alone, 0) == 0);
  CHECK(two != alone);
  one.companions["worker"].replicas = 2;
  CHECK(release::canonical_text(one) != two);
}

TEST_CASE("Manifests make another set than a process, and other manifests another one") {
  rollout::VersionSnapshot one;
  one.service = kService;
  const std::string process = release::canonical_text(one);
  one.manifests = rollout::Manifests{{"k8s/"}};
  const std::string manifests = release::canonical_text(one);
  CHECK(manifests.rfind(process, 0) == 0);
  CHECK(manifests != process);
  one.manifests->files = {"k8s/a.yaml"};
  CHECK(release::canonical_text(one) != manifests);
}
