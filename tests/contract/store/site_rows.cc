#include "tests/contract/store/site_rows.h"

#include <chrono>

namespace depops::tests {
namespace {

Instant after(std::int64_t seconds) { return Instant(std::chrono::seconds(1'700'000'000 + seconds)); }

}  // namespace

void add_trust(hub::Changeset& changes) {
  const DeploymentId deployment("d-1");
  const Digest first("sha256:" + std::string(64, '1'));
  const Digest second("sha256:" + std::string(64, '2'));
  changes.approvals = {{deployment, second, "{\"alice\": 1}", trust::Person("alice"), after(1), Actor("admin")},
                       {deployment, first, "{\"bob\": 1}", trust::Person("bob"), after(2), Actor("token:ci")}};
  changes.trust_roots = {{trust::TrustVersion(1), first, std::string("\0one", 4), after(0), Actor("admin")},
                         {trust::TrustVersion(2), second, std::string("\0two", 4), after(1), Actor("admin")}};
}

void add_joining(hub::Changeset& changes) {
  const Digest first("sha256:" + std::string(64, '3'));
  const Digest second("sha256:" + std::string(64, '4'));
  changes.join_tokens = {{SiteName("fra-1"), first, SiteEpoch(2), after(0), after(3'600), Actor("admin"), 1, 3, "",
                          after(5), std::string(64, '0'), first.str()},
                         {SiteName("sin-1"), second, SiteEpoch(1), after(1), after(61), Actor("token:ci"), 5, 7,
                          "burnt", std::nullopt, "", ""}};
}

void add_identity(hub::Changeset& changes) {
  const Digest key("sha256:" + std::string(64, '5'));
  const hub::CertificateRow first{std::string(32, '4'), SiteEpoch(1), key, after(0), after(604'800), after(7)};
  const hub::CertificateRow second{std::string(32, '5'), SiteEpoch(2), key, after(8), after(604'808), std::nullopt};
  changes.identities = {
      {SiteName("fra-1"), {first, second}, after(9), Actor("admin"), "stolen", std::nullopt, Actor(), ""},
      {SiteName("sin-1"),
       {},
       std::nullopt,
       Actor(),
       "",
       after(10),
       Actor("token:ci"),
       "works on it",
       true,
       std::string(64, '6'),
       std::string(64, '7')}};
}

void add_health(hub::Changeset& changes) {
  changes.health = {{SiteName("fra-1"), after(0), after(60), true, "", {}, after(600)},
                    {SiteName("fra-1"),
                     after(60),
                     after(120),
                     false,
                     "an 'instance' is away",
                     {{ServiceName("checkout"), 2, 1, 3, 40}},
                     after(600)}};
}

}  // namespace depops::tests
