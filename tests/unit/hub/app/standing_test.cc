#include "hub/app/standing.h"

#include <catch2/catch.hpp>

#include "hub/app/certificates.h"
#include "tests/unit/hub/app/fleet.h"

// Sites that were revoked or cordoned.
using namespace depops;
using namespace depops::tests;
using Catch::Contains;

namespace {

const SiteName kSin("sin-1");
const SiteName kFrankfurt("fra-1");

struct Standing : Fleet {
  Standing() { bench.set_up(); }

  hub::Answer revoke(const SiteName& site, const std::string& reason = "its disk was stolen") {
    return bench.ask(hub::RevokeSite{site, reason});
  }
  hub::Answer cordon(const SiteName& site, bool on = true) {
    return bench.ask(hub::CordonSite{site, on, on ? "works" : ""});
  }
  std::size_t leaves(const std::string& action) const {
    std::size_t count = 0;
    for (const hub::AuditRow& leaf : bench.store.audit()) count += leaf.leaf.action == action ? 1 : 0;
    return count;
  }
  template <typename E>
  std::vector<E> sent() {
    std::vector<E> found;
    for (const hub::Effect& effect : bench.take_effects())
      if (const auto* one = std::get_if<E>(&effect)) found.push_back(*one);
    return found;
  }
  const hub::SiteEntry& entry(const SiteName& site) const { return bench.hub->world().sites.at(site); }
  bool certify(const SiteName& site, int key) {
    const std::string digits(64, static_cast<char>('0' + key));
    return bench.give(hub::AsksCertificate{
        site, entry(site).site.site_epoch, "request", {site.str(), Digest("sha256:" + digits)}, hub::kCertificateLife});
  }
};

}  // namespace

TEST_CASE(
    "a revoked site: its certificates are on the list, its connection ends, one leaf tells of it, and it stays so") {
  Standing hub;
  REQUIRE(hub.certify(kSin, 1));
  REQUIRE(hub.certify(kFrankfurt, 2));
  hub.bench.take_effects();
  const auto answer = hub.revoke(kSin);
  REQUIRE(answer.ok);
  const auto effects = hub.bench.take_effects();
  std::size_t ended = 0;
  for (const hub::Effect& effect : effects) {
    if (const auto* end = std::get_if<hub::EndConnection>(&effect)) ended += end->site == kSin ? 1 : 100;
    if (const auto* list = std::get_if<hub::WriteRevocations>(&effect)) {
      REQUIRE(list->revoked.size() == 1);
      CHECK(list->revoked[0].serial == hub.entry(kSin).identity.certificates[0].serial);
      CHECK(list->next == hub.bench.now.wall + std::chrono::hours(24 * 30));
    }
  }
  CHECK(ended == 1);
  CHECK(hub.leaves("site.revoked") == 1);
  CHECK_FALSE(hub.revoke(kSin).changed);
  CHECK(hub.leaves("site.revoked") == 1);
  hub.bench.restart();
  CHECK(hub.entry(kSin).identity.revoke_reason == "its disk was stolen");
  hub.bench.take_effects();
  REQUIRE(hub.certify(kSin, 3));  // it gets no other one
  CHECK(hub.sent<hub::SendCertificate>().empty());
  CHECK_FALSE(hub.entry(kFrankfurt).identity.revoked.has_value());
}

TEST_CASE("revoking needs a site that is there and a reason, and changes nothing without") {
  Standing hub;
  CHECK(hub.revoke(SiteName("nowhere")).code == Errc::not_found);
  CHECK(hub.revoke(kSin, "").code == Errc::invalid);
  CHECK(hub.revoke(kSin, std::string(1'001, 'x')).code == Errc::invalid);
  CHECK(hub.bench.ask(hub::CordonSite{kSin, true, ""}).code == Errc::invalid);
  CHECK_FALSE(hub.entry(kSin).identity.revoked.has_value());
  CHECK(hub.leaves("site.revoked") == 0);
}

TEST_CASE(
    "a revoked site comes back by being enrolled anew, and its old certificates stay on the list until they ran out") {
  Standing hub;
  REQUIRE(hub.certify(kSin, 1));
  REQUIRE(hub.revoke(kSin).ok);
  const Digest token("sha256:" + std::string(64, 'a'));
  hub.bench.take_effects();
  REQUIRE(hub.bench.ask(hub::MakeJoinToken{kSin, {}, token, std::chrono::hours(1), true}).ok);
  CHECK_FALSE(hub.entry(kSin).identity.revoked.has_value());
  auto lists = hub.sent<hub::WriteRevocations>();
  REQUIRE(lists.size() == 1);
  CHECK(lists[0].revoked.size() == 1);
  hub.bench.pass(std::chrono::hours(24 * 7));
  REQUIRE(hub.bench.give(hub::Tick{}));
  lists = hub.sent<hub::WriteRevocations>();
  REQUIRE(lists.size() == 1);
  CHECK(lists[0].revoked.empty());
}

TEST_CASE("F33 the list of revoked certificates is made at every start and every day, long before it runs out") {
  Standing hub;
  hub.bench.take_effects();
  hub.bench.restart();
  hub.bench.take_effects();
  for (int day = 1; day <= 3; ++day) {
    REQUIRE(hub.bench.wake.has_value());
    CHECK(*hub.bench.wake <= hub.bench.now.wall + std::chrono::hours(24));
    hub.bench.pass(std::chrono::hours(24));
    REQUIRE(hub.bench.give(hub::Tick{}));
    const auto lists = hub.sent<hub::WriteRevocations>();
    REQUIRE(lists.size() == 1);
    CHECK(lists[0].next - hub.bench.now.wall == hub::kRevocationsLast);
  }
}

TEST_CASE("nothing new begins at a cordoned site, and people are told who may lift it; a plan says so, too") {
  Standing hub;
  hub.complete_staging("1.0");
  REQUIRE(hub.cordon(kSin).ok);
  CHECK_FALSE(hub.cordon(kSin).changed);
  for (const bool dry_run : {true, false}) {
    const auto answer = hub.bench.ask(to(kProduction, "1.0"), "", dry_run);
    REQUIRE_FALSE(answer.ok);
    REQUIRE(answer.reasons.size() == 1);
    CHECK(answer.reasons[0].rule == "site-cordoned");
    CHECK_THAT(answer.reasons[0].what, Contains("cordoned by admin: works"));
    CHECK_THAT(answer.reasons[0].who, Contains("depops site uncordon sin-1"));
  }
  CHECK(hub.bench.ask(hub::StartDeployment{kCheckout, VersionLabel("1.0"), kProduction, {kFrankfurt}, "", ""}).ok);
  REQUIRE(hub.cordon(kSin, false).ok);
  CHECK(hub.leaves("site.cordoned") == 1);
  CHECK(hub.leaves("site.uncordoned") == 1);
}

TEST_CASE("a deployment under way waits before a site that was cordoned, and goes on when that is lifted") {
  Standing hub;
  hub.complete_staging("1.0");
  const auto answer = hub.bench.ask(to(kProduction, "1.0"));
  REQUIRE(answer.ok);
  const std::string id = answer.object.substr(11);
  hub.hear();
  REQUIRE(hub.cordon(kSin).ok);
  REQUIRE(hub.cordon(SiteName("sin-2")).ok);
  hub.say(hub.fra, id + ".fra-1", rollout::State::completed);
  CHECK(hub.bench.deployment(id).state == rollout::State::waiting);
  REQUIRE_FALSE(hub.bench.deployment(id).waiting_for.empty());
  CHECK(hub.bench.deployment(id).waiting_for[0].rule == "site-cordoned");
  CHECK_FALSE(hub.bench.has_rollout(id + ".sin-1"));
  REQUIRE(hub.cordon(kSin, false).ok);
  REQUIRE(hub.cordon(SiteName("sin-2"), false).ok);
  hub.hear();
  CHECK(hub.bench.has_rollout(id + ".sin-1"));
  hub.say(hub.sin1, id + ".sin-1", rollout::State::completed);
  hub.say(hub.sin2, id + ".sin-2", rollout::State::completed);
  CHECK(hub.bench.deployment(id).state == rollout::State::completed);
}

TEST_CASE("the way back is free at a cordoned site") {
  Standing hub;
  hub.complete_staging("1.0");
  hub.complete_production("1.0");
  hub.complete_staging("1.1");
  hub.complete_production("1.1");
  REQUIRE(hub.cordon(kSin).ok);
  const auto back = hub.bench.ask(hub::Rollback{kCheckout, kProduction, {}, "worse"});
  INFO(back.what);
  CHECK(back.ok);
  hub.hear();
  CHECK(hub.bench.has_rollout(back.object.substr(11) + ".sin-1"));
}
