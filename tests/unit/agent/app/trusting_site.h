#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "agent/app/agent.h"

// A site with a pinned trust root. A signature is the text "key|type|body": real keys are in the tests of the link.
namespace depops::agent {
inline const Moment kToday{Instant(std::chrono::seconds(1'800'000'000)), Millis(1'000), BootId("one")};
inline const SiteName kSite("fra-1");
inline const EnvironmentName kProduction("production");

inline Digest digest(char digit) { return Digest("sha256:" + std::string(64, digit)); }

inline bool toy_holds(std::string_view type, std::string_view body, std::string_view signature, const trust::Key& key) {
  return signature == key.id.str() + "|" + std::string(type) + "|" + std::string(body);
}

inline void sign(trust::Signed& document, const std::string& key) {
  document.signatures.push_back({KeyId(key), key + "|" + document.type + "|" + document.body});
}

inline trust::Holder holder(const std::string& person) {
  trust::Holder made;
  made.key.id = KeyId(person);
  made.person = trust::Person(person);
  made.scope.everywhere = true;
  return made;
}

inline trust::SignedRoot root_version(std::uint64_t version, const std::string& hub_key = "hub") {
  trust::SignedRoot made;
  made.root.version = trust::TrustVersion(version);
  made.root.issued = kToday.wall - std::chrono::hours(1);
  made.root.expires = kToday.wall + std::chrono::hours(1'000);
  made.root.root = {1, {holder("ann")}};
  made.root.hub_release = {1, {holder(hub_key)}};
  made.root.approver = {1, {holder("alice"), holder("bob")}};
  made.root.break_glass = {1, {holder("dora")}};
  made.document.type = trust::kTrustRootType;
  made.document.body = "root " + std::to_string(version) + hub_key;
  made.digest = digest(static_cast<char>('0' + version));
  sign(made.document, "ann");
  return made;
}

inline trust::Approval approval(const trust::Subject& subject, const std::string& person,
                                const std::string& emergency = "") {
  trust::Statement statement;
  statement.subject = subject;
  statement.person = trust::Person(person);
  statement.break_glass = !emergency.empty();
  statement.reason = emergency;
  statement.not_before = kToday.wall - std::chrono::hours(1);
  statement.not_after = kToday.wall + std::chrono::hours(2);
  trust::Approval made{{std::string(trust::kStatementType), "by " + person, {}}, statement, ""};
  sign(made.document, person);
  return made;
}

struct TrustingSite {
  explicit TrustingSite(JournalBatch kept = {}, Generation least = {}) {
    Settings settings;
    settings.site = kSite;
    settings.least_generation = least;
    settings.trust = TrustSettings{root_version(1), kProduction, toy_holds};
    Loaded loaded;
    loaded.incarnation = "00112233445566778899aabbccddeeff";
    if (kept.site) loaded.site = *kept.site;
    if (kept.trust) loaded.trust = *kept.trust;
    if (kept.desired) loaded.desired = *kept.desired;
    loaded.site.time = Stamp::of(kToday);
    agent.emplace(settings, std::move(loaded), kToday);
    wish(7);
  }

  // A first rollout of checkout 1.2, signed by the hub.
  void wish(std::uint64_t generation, const std::string& hub_key = "hub") {
    sync::Target target;
    target.service = ServiceName("checkout");
    target.rollout = RolloutId("d-1.fra-1");
    target.epoch = Generation(generation);
    target.plan_digest = digest('b');
    target.plan.service = target.service;
    target.plan.environment = kProduction;
    target.plan.target.set = SetId("checkout-2");
    target.plan.target.artifact = digest('a');
    sync::Desired desired;
    desired.site = kSite;
    desired.site_epoch = SiteEpoch(1);
    desired.generation = Generation(generation);
    desired.not_after = kToday.wall + std::chrono::hours(1);
    desired.targets = {target};
    document = {"generation " + std::to_string(generation), desired, {}, {}, Evidence{}};
    trust::Presented& presented = document.evidence->presented;
    presented.document = {std::string(trust::kDesiredType), document.bytes, {}};
    sign(presented.document, hub_key);
    presented.digest = digest('7');
    presented.site = kSite;
    presented.site_epoch = SiteEpoch(1);
    presented.generation = desired.generation;
    presented.not_after = desired.not_after;
    trust::Wish asked;
    asked.subject = {digest('a'), digest('b'), target.service, VersionLabel("1.2"), kProduction};
    asked.plan_digest_of_bytes = digest('b');
    presented.wishes = {asked};
  }

  trust::Wish& asked() { return document.evidence->presented.wishes[0]; }
  void approve(const std::vector<std::string>& people) {
    for (const std::string& person : people) asked().approvals.push_back(approval(asked().subject, person));
  }
  Output give() { return agent->step(document, kToday); }

  std::optional<Agent> agent;
  DesiredArrived document;
};

inline std::string refusal(const Output& output) {
  for (const OutboxRow& row : output.batch.outbox) {
    const auto* report = std::get_if<rollout::Report>(&row.entry);
    const auto* refused = report != nullptr ? std::get_if<rollout::DesiredRefused>(report) : nullptr;
    if (refused != nullptr) return refused->code;
  }
  return "";
}

inline std::vector<std::string> actions(const Output& output) {
  std::vector<std::string> found;
  for (const OutboxRow& row : output.batch.outbox) {
    if (const auto* leaf = std::get_if<audit::Leaf>(&row.entry)) found.push_back(leaf->action);
  }
  return found;
}

inline bool has(const Output& output, const std::string& action) {
  return std::ranges::count(actions(output), action) > 0;
}

inline std::vector<std::string> notices(const Output& output) {
  std::vector<std::string> found;
  for (const OutboxRow& row : output.batch.outbox) {
    const auto* report = std::get_if<rollout::Report>(&row.entry);
    const auto* notice = report != nullptr ? std::get_if<rollout::Notice>(report) : nullptr;
    if (notice != nullptr) found.push_back(notice->kind);
  }
  return found;
}

}  // namespace depops::agent
