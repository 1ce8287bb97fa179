#pragma once

#include <algorithm>
#include <map>

#include "agent/app/agent.h"

// A site whose clock may show anything, and a hub that says what time it is.
namespace depops::agent {

using namespace std::chrono_literals;

inline constexpr Instant kSignedAt{1'800'000'000s};
inline constexpr std::chrono::hours kDecade{87'660};
inline const std::string kConnection(32, 'a');
inline const std::string kFirstToken(32, '1');
inline const EnvironmentName kWhere("production");

inline sync::Target target_of(const std::string& service, const std::string& rollout, std::uint64_t epoch) {
  sync::Target target;
  target.service = ServiceName(service);
  target.rollout = RolloutId(rollout);
  target.epoch = Generation(epoch);
  target.plan.service = target.service;
  target.plan.environment = kWhere;
  target.plan.target.set = SetId(service + "-2");
  return target;
}

inline sync::Target first_target() { return target_of("checkout", "d-1.fra-1", 1); }

// A site at work, and what its journal holds.
struct Timed {
  Moment now{kSignedAt, 1'000ms, BootId("one")};
  Settings settings;
  std::optional<Agent> agent;
  SiteState kept;
  TrustState believed;
  std::string held;
  std::map<ServiceName, std::shared_ptr<const rollout::Record>> records;
  std::vector<std::string> refused, notices, leaves, answered;
  std::optional<sync::Telemetry> told;

  explicit Timed(bool production = false, UntrustedTime way = UntrustedTime::hold) {
    settings.site = SiteName("fra-1");
    if (production) settings.trust = pinned(way);
    start();
  }

  static TrustSettings pinned(UntrustedTime way) {
    TrustSettings trust;
    trust.root.root.expires = kSignedAt + 100 * kDecade;
    trust.root.root.hub_release.holders.resize(1);
    trust.root.root.hub_release.holders[0].scope.everywhere = true;
    trust.root.root.policies = {{trust::Tier::production, 0}};
    trust.environment = kWhere;
    trust.verifies = [](std::string_view, std::string_view, std::string_view, const trust::Key&) { return true; };
    trust.untrusted_time = way;
    return trust;
  }

  void start() {
    Loaded loaded;
    loaded.incarnation = "00112233445566778899aabbccddeeff";
    loaded.site = kept;
    loaded.trust = believed;
    loaded.desired = held;
    for (const auto& [name, record] : records) loaded.records.push_back(record);
    agent.emplace(settings, std::move(loaded), now);
  }
  // The machine is started again, with such a clock.
  void reboot(Instant wall) {
    now = {wall, 500ms, BootId(now.boot.str() + "+")};
    start();
  }

  void give(const Input& input) {
    const Output output = agent->step(input, now);
    if (output.batch.site) kept = *output.batch.site;
    if (output.batch.trust) believed = *output.batch.trust;
    if (output.batch.desired) held = *output.batch.desired;
    for (const auto& record : output.batch.records) records[record->service] = record;
    for (const OutboxRow& row : output.batch.outbox) note(row);
    for (const Effect& effect : output.effects)
      if (const auto* telemetry = std::get_if<SendTelemetry>(&effect)) told = telemetry->telemetry;
  }
  void note(const OutboxRow& row) {
    if (const auto* leaf = std::get_if<audit::Leaf>(&row.entry)) return leaves.push_back(leaf->action);
    const auto& report = std::get<rollout::Report>(row.entry);
    if (const auto* no = std::get_if<rollout::DesiredRefused>(&report)) refused.push_back(no->code);
    if (const auto* notice = std::get_if<rollout::Notice>(&report))
      notices.push_back(notice->kind + ": " + notice->text);
    if (const auto* answer = std::get_if<rollout::CommandAnswered>(&report))
      answered.push_back(answer->command.str() + (answer->accepted ? " done" : " refused"));
  }
  void pass(Millis span) {
    now.wall += span;
    now.boottime += span;
    give(Tick{});
  }
  void connect(Instant hub) {
    give(LinkChanged{true, kConnection});
    give(HubSeen{{HubEpoch(1), true, hub}});
  }
  void welcome(Instant hub, const std::string& voice = kConnection) {
    give(FromHub{sync::Welcome{voice, kept.token.secret, {1, kFirstToken, false}, false}, hub});
  }
  // The hub signs that, for two days.
  void desire(Instant issued, std::uint64_t generation = 1, std::vector<sync::Target> targets = {first_target()}) {
    sync::Desired desired;
    desired.site = SiteName("fra-1");
    desired.site_epoch = SiteEpoch(1);
    desired.generation = Generation(generation);
    desired.hub_epoch = HubEpoch(1);
    desired.not_after = issued + 48h;
    desired.targets = std::move(targets);
    const std::string bytes = std::to_string(generation);
    Evidence evidence;
    trust::Presented& shown = evidence.presented;
    shown.document = {std::string(trust::kDesiredType), bytes, {{KeyId("hub"), "sure"}}};
    shown.digest = Digest("sha256:" + std::string(64, bytes[0]));
    shown.site = desired.site;
    shown.site_epoch = desired.site_epoch;
    shown.hub_epoch = desired.hub_epoch;
    shown.generation = desired.generation;
    shown.not_after = desired.not_after;
    shown.wishes.resize(desired.targets.size());
    for (trust::Wish& wish : shown.wishes) wish.subject.environment = kWhere;
    give(DesiredArrived{bytes, desired, {}, {}, evidence});
  }
  bool has_begun(const std::string& rollout = "d-1.fra-1") const {
    return std::ranges::any_of(records, [&](const auto& one) { return one.second->rollout.str() == rollout; });
  }
  bool tells(const std::string& part) const {
    return std::ranges::any_of(notices, [&](const std::string& text) { return text.find(part) != std::string::npos; });
  }
};

}  // namespace depops::agent
