#include "agent/main/check_host.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>

#include "agent/credentials/credentials.h"
#include "agent/credentials/judge.h"
#include "agent/main/disk.h"
#include "agent/main/door.h"
#include "agent/main/trust_pin.h"
#include "shared/signing/signing.h"
#include "shared/whole_file/whole_file.h"
#include "shared/x509/x509.h"

namespace depops::agent {
namespace {

namespace fs = std::filesystem;
using kubernetes::Finding;
using Kind = Finding::Kind;

Result<x509::Facts> certificate_at(const std::string& path) {
  return x509::facts_of(whole_file::beginning_of(path, x509::kPemMax + 1));
}

// The folder itself, or the nearest one above it that is there.
fs::path present(fs::path folder) {
  while (!fs::exists(folder) && folder.has_relative_path()) folder = folder.parent_path();
  return folder;
}

Finding state_directory(const std::string& path) {
  const std::string what = "state directory " + path;
  const fs::path there = present(path);
  if (::access(there.c_str(), W_OK | X_OK) != 0)
    return {Kind::failed, what, there.string() + " can not be written by this user; make it the agent's"};
  const auto free = free_bytes(there);
  if (!free) return {Kind::failed, what, "its disk can not be asked for its room"};
  const std::string room = std::to_string(*free >> 20) + " MiB free";
  const std::string least = std::to_string(kLowBytes >> 20) + " MiB";
  if (*free < kLowBytes) return {Kind::failed, what, room + "; below " + least + " nothing new begins: free some"};
  return {Kind::well, what, room};
}

Finding signing_key(const settings::Settings& settings) {
  const auto key = signing::load_secret_key(settings.keys.signing);
  if (key.ok()) return {Kind::well, "site key", "public part " + signing::to_text(key->public_key())};
  return {Kind::failed, "site key", key.error().what + "; depops-agent init or join makes it"};
}

Finding hub_key(const settings::Settings& settings) {
  const auto key = signing::load_public_key(settings.keys.hub);
  if (key.ok()) return {Kind::well, "hub's release key", "id " + key->id().str()};
  return {Kind::failed, "hub's release key", key.error().what + "; ask who runs the hub for it"};
}

// Renewed ones lie in the state directory; this is the one of the settings.
Finding certificate(const settings::Settings& settings, Instant now) {
  const std::string what = "certificate " + settings.broker.certificate;
  const auto key = x509::PrivateKey::load(settings.broker.key);
  if (!key.ok()) return {Kind::failed, what, key.error().what};
  const auto facts = certificate_at(settings.broker.certificate);
  if (!facts.ok()) return {Kind::failed, what, facts.error().what};
  if (facts->public_der != key->public_der())
    return {Kind::failed, what, "is not for the key " + settings.broker.key + "; name the two that belong together"};
  if (std::ranges::count(facts->common_names, settings.site.str()) == 0)
    return {Kind::failed, what, "does not name the site " + settings.site.str() + "; join again as this site"};
  const auto left = std::chrono::floor<std::chrono::hours>(facts->not_after - now);
  if (left.count() < 0)
    return {Kind::note, what,
            "ran out; the agent renews it by itself for 90 days, unless a renewed one is in the state directory"};
  const std::string time = "good for " + std::to_string(left.count()) + " h";
  if (names_site(*facts, settings.site, settings.enrolment.site_epoch)) return {Kind::well, what, time};
  return {Kind::note, what, time + "; it is not from joining, so nobody renews it"};
}

Finding trust_root(const settings::Settings& settings) {
  if (settings.trust.root.empty())
    return {Kind::note, "trust root",
            "none is pinned: what the hub's key signs is begun here without approvals of people"};
  const auto root = load_trust(settings);
  if (root.ok()) return {Kind::well, "trust root", "pinned"};
  return {Kind::failed, "trust root", root.error().what};
}

Finding authority(const char* what, const std::string& path) {
  const auto facts = certificate_at(path);
  if (facts.ok()) return {Kind::well, what, path};
  return {Kind::failed, what, path + ": " + facts.error().what + "; it is written by depops-agent join"};
}

// What the agent would show now: the given pair, or the one it renewed, if it ever ran here.
Pair shown_pair(const settings::Settings& settings) {
  const Pair given{settings.broker.certificate, settings.broker.key};
  const std::string kept = settings.state_directory + "/tls";
  std::error_code failure;
  if (!fs::is_directory(kept, failure)) return given;
  const auto credentials =
      Credentials::open({settings.site, settings.enrolment.site_epoch, kept, given.first, given.second});
  return credentials.ok() ? (*credentials)->current() : given;
}

std::vector<Finding> look_at_doors(const settings::Settings& settings) {
  const auto [certificate, key] = shown_pair(settings);
  std::vector<Finding> findings;
  for (const std::string& url : settings.broker.urls)
    findings.push_back(look_at_door("broker", url, {settings.broker.ca, certificate, key}));
  const DoorKeys at_hub{settings.hub.ca, certificate, key};
  findings.push_back(look_at_door("hub's artifacts", settings.hub.artifacts_url, at_hub));
  if (!settings.hub.join_url.empty()) findings.push_back(look_at_door("hub's joining", settings.hub.join_url, at_hub));
  return findings;
}

}  // namespace

std::vector<Finding> look_at_host(const settings::Settings& settings, Instant now) {
  std::vector<Finding> findings{state_directory(settings.state_directory),
                                signing_key(settings),
                                hub_key(settings),
                                certificate(settings, now),
                                authority("authority of the broker", settings.broker.ca),
                                authority("authority of the hub", settings.hub.ca),
                                trust_root(settings)};
  for (Finding& one : look_at_doors(settings)) findings.push_back(std::move(one));
  return findings;
}

}  // namespace depops::agent
