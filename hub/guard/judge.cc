#include "hub/guard/judge.h"

#include <algorithm>
#include <string>
#include <utility>

#include "shared/base/check.h"

namespace depops::hub::guard {
namespace {

using trust::Refusal;
using trust::Refused;
using Objection = std::optional<Refused>;

std::string number(std::uint64_t value) { return std::to_string(value); }

struct Case {
  const SiteLine& line;  // empty for a site that nothing was signed for
  const trust::Presented& it;
  HubEpoch newest_hub_epoch;
};

bool says_rebase(const trust::Presented& it) { return std::ranges::find(it.critical, "rebase") != it.critical.end(); }

bool is_known(const SiteLine& line) { return line.generation > Generation(); }

Objection check_epochs(const Case& c) {
  const std::string site = c.it.site.str();
  if (c.it.site_epoch < c.line.site_epoch)
    return Refused{Refusal::epoch, site + ": site epoch " + number(c.it.site_epoch.value()) + ", a document of epoch " +
                                       number(c.line.site_epoch.value()) + " was signed already"};
  if (c.it.hub_epoch < c.newest_hub_epoch)
    return Refused{Refusal::epoch, site + ": hub epoch " + number(c.it.hub_epoch.value()) + ", a hub of epoch " +
                                       number(c.newest_hub_epoch.value()) + " took over"};
  if (c.it.hub_epoch.value() - c.newest_hub_epoch.value() > kEpochJumpMax ||
      c.it.site_epoch.value() - c.line.site_epoch.value() > kEpochJumpMax)
    return Refused{Refusal::fast_forward, site + ": an epoch so far ahead that nothing could follow it"};
  return std::nullopt;
}

Objection check_generation(const Case& c) {
  const std::string told = c.it.site.str() + ": generation " + number(c.it.generation.value());
  const bool restored = says_rebase(c.it) && c.it.hub_epoch > c.line.hub_epoch;
  if (c.it.generation > c.line.generation) {
    if (c.it.generation.value() - c.line.generation.value() <= trust::kJumpMax) return std::nullopt;
    return Refused{Refusal::fast_forward, told + " after " + number(c.line.generation.value())};
  }
  if (restored) return std::nullopt;
  if (c.it.generation == c.line.generation)
    return Refused{Refusal::equivocation, told + " was signed before with another content; the hub must go on with " +
                                              number(c.line.generation.value() + 1)};
  return Refused{Refusal::rollback, told + " after " + number(c.line.generation.value()) +
                                        " was signed; a hub that came back from a backup says so with \"rebase\" "
                                        "and a higher hub epoch"};
}

// As Agent::Site::believe().
Objection believe(const Ledger& ledger, const Asked& asked, trust::Verifies verifies, Signable& out) {
  if (!ledger.root) return std::nullopt;
  const trust::SignedRoot* current = &*ledger.root;
  out.roots.reserve(asked.evidence.roots.size());
  for (const trust::SignedRoot& next : asked.evidence.roots) {
    if (next.root.version < current->root.version) continue;
    if (auto why = trust::objection_to_next(*current, next, verifies)) return why;
    if (next.root.version == current->root.version) continue;
    out.roots.push_back(next);
    current = &out.roots.back();
  }
  return std::nullopt;
}

bool was_allowed(const SiteLine& line, const ServiceName& service, const Part& part, const Digest& plan) {
  const auto found = line.services.find(service);
  if (found == line.services.end()) return false;
  const ServiceLine& before = found->second;
  return before.rollout == part.rollout && before.epoch == part.epoch && before.plan == plan;
}

bool was_here(const SiteLine& line, const ServiceName& service, const Part& part) {
  const auto found = line.services.find(service);
  if (found == line.services.end() || !part.goes_back) return false;
  return std::ranges::find(found->second.versions, part.version) != found->second.versions.end();
}

// As the site sees it, had it obeyed everything that was signed. What the site alone can check is left to it: on what
// the document builds, and whether it knows the trust root that the document goes by.
trust::Presented own_view(const SiteLine& line, const Asked& asked) {
  trust::Presented seen = asked.evidence.presented;
  seen.base = Digest();
  seen.trust_version = trust::TrustVersion();
  for (std::size_t i = 0; i < seen.wishes.size(); ++i) {
    trust::Wish& wish = seen.wishes[i];
    wish.begins = !was_allowed(line, wish.subject.service, asked.parts[i], wish.subject.plan);
    wish.was_here = was_here(line, wish.subject.service, asked.parts[i]);
  }
  return seen;
}

EnvironmentName environment_of(const SiteLine& line, const trust::Presented& seen) {
  if (!line.environment.empty() && line.site_epoch == seen.site_epoch) return line.environment;
  return seen.wishes.empty() ? EnvironmentName() : seen.wishes.front().subject.environment;
}

Objection ask_people(const trust::SignedRoot& root, const SiteLine& line, const Asked& asked, Instant now,
                     trust::Verifies verifies, Signable& out) {
  const trust::Presented seen = own_view(line, asked);
  trust::Here here;
  here.site = seen.site;
  here.site_epoch = seen.site_epoch;
  here.environment = environment_of(line, seen);
  here.floors = {Generation(seen.generation.value() - 1), seen.hub_epoch, root.root.version, {}};
  here.now = now;
  here.features = {"companions"};
  auto judged = trust::verify_desired(root.root, seen, here, verifies);
  if (auto* why = std::get_if<Refused>(&judged)) return std::move(*why);
  out.emergencies = std::move(std::get<trust::Accepted>(judged).emergencies);
  return std::nullopt;
}

void add_version(ServiceLine& line, const Digest& version) {
  std::erase(line.versions, version);
  line.versions.push_back(version);
  if (line.versions.size() > kVersionsMax) line.versions.erase(line.versions.begin());
}

SiteLine next_line(const SiteLine& before, const Asked& asked) {
  const trust::Presented& it = asked.evidence.presented;
  SiteLine line = before;
  line.environment = environment_of(before, it);
  line.site = it.site;
  line.site_epoch = it.site_epoch;
  line.hub_epoch = it.hub_epoch;
  line.generation = it.generation;
  line.document = it.digest;
  for (std::size_t i = 0; i < it.wishes.size(); ++i) {
    const Part& part = asked.parts[i];
    ServiceLine& service = line.services[it.wishes[i].subject.service];
    service.rollout = part.rollout;
    service.epoch = part.epoch;
    service.plan = it.wishes[i].subject.plan;
    add_version(service, part.version);
  }
  return line;
}

Objection check_form(const trust::Presented& it) {
  if (it.document.body.size() > trust::kDesiredBytesMax)
    return Refused{Refusal::size, "a desired state of more than 900 KiB"};
  if (it.document.type != trust::kDesiredType)
    return Refused{Refusal::payload_type, "bytes of type " + it.document.type + " are no desired state"};
  if (it.generation == Generation() || it.site_epoch == SiteEpoch())
    return Refused{Refusal::rollback, it.site.str() + ": generations and epochs begin with 1"};
  return std::nullopt;
}

}  // namespace

Verdict judge(const Ledger& ledger, const Asked& asked, Instant now, trust::Verifies verifies) {
  const trust::Presented& it = asked.evidence.presented;
  DEPOPS_CHECK(asked.parts.size() == it.wishes.size());
  static const SiteLine kNothing;
  const auto found = ledger.sites.find(it.site);
  const SiteLine& line = found == ledger.sites.end() ? kNothing : found->second;
  const Case c{line, it, ledger.hub_epoch};
  if (auto why = check_form(it)) return *why;
  if (auto why = check_epochs(c)) return *why;
  Signable out;
  out.line = line;
  out.again = is_known(line) && line.generation == it.generation && line.document == it.digest;
  if (out.again) return out;
  if (auto why = check_generation(c)) return *why;
  if (auto why = believe(ledger, asked, verifies, out)) return *why;
  if (ledger.root) {
    const trust::SignedRoot& root = out.roots.empty() ? *ledger.root : out.roots.back();
    if (auto why = ask_people(root, line, asked, now, verifies, out)) return *why;
  }
  out.line = next_line(line, asked);
  return out;
}

std::optional<Signable> adopt(const Ledger& ledger, const Asked& asked) {
  const trust::Presented& it = asked.evidence.presented;
  if (ledger.sites.contains(it.site) || check_form(it)) return std::nullopt;
  Signable out;
  out.line = next_line({}, asked);
  return out;
}

void enter(Ledger& ledger, const Signable& signable) {
  if (signable.again) return;
  ledger.sites[signable.line.site] = signable.line;
  ledger.hub_epoch = std::max(ledger.hub_epoch, signable.line.hub_epoch);
  if (!signable.roots.empty()) ledger.root = signable.roots.back();
}

}  // namespace depops::hub::guard
