#include "agent/main/check_host.h"

#include <Poco/Exception.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/StreamSocket.h>
#include <Poco/URI.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "agent/credentials/judge.h"
#include "agent/main/trust_pin.h"
#include "shared/signing/signing.h"
#include "shared/x509/x509.h"

namespace depops::agent {
namespace {

namespace fs = std::filesystem;
using kubernetes::Finding;
using Kind = Finding::Kind;

constexpr std::uint64_t kLeastFree = 256ULL << 20;  // below it the agent begins nothing
constexpr long kDoorMostS = 5;
constexpr std::uint16_t kMqtts = 8883;

std::string text_at(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
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
  struct statvfs disk {};
  if (::statvfs(there.c_str(), &disk) != 0) return {Kind::failed, what, "its disk can not be asked for its room"};
  const std::uint64_t free = std::uint64_t{disk.f_bavail} * disk.f_frsize;
  const std::string room = std::to_string(free >> 20) + " MiB free";
  if (free < kLeastFree) return {Kind::failed, what, room + "; below 256 MiB nothing new begins: free some"};
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
  const auto facts = x509::facts_of(text_at(settings.broker.certificate));
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
  const auto facts = x509::facts_of(text_at(path));
  if (facts.ok()) return {Kind::well, what, path};
  return {Kind::failed, what, path + ": " + facts.error().what + "; it is written by depops-agent join"};
}

}  // namespace

Finding look_at_door(const std::string& what, const std::string& url) {
  try {
    const Poco::URI uri(url);
    const Poco::UInt16 port = uri.getPort() == 0 ? kMqtts : uri.getPort();
    Poco::Net::StreamSocket socket;
    socket.connect(Poco::Net::SocketAddress(uri.getHost(), port), Poco::Timespan(kDoorMostS, 0));
    return {Kind::well, what, url + " takes connections"};
  } catch (const Poco::Exception& trouble) {
    return {Kind::failed, what,
            url + ": " + trouble.displayText() + "; is it up, is the name right, and may this host reach it?"};
  }
}

std::vector<Finding> look_at_host(const settings::Settings& settings, Instant now) {
  std::vector<Finding> findings{state_directory(settings.state_directory),
                                signing_key(settings),
                                hub_key(settings),
                                certificate(settings, now),
                                authority("authority of the broker", settings.broker.ca),
                                authority("authority of the hub", settings.hub.ca),
                                trust_root(settings)};
  for (const std::string& url : settings.broker.urls) findings.push_back(look_at_door("broker", url));
  findings.push_back(look_at_door("hub's artifacts", settings.hub.artifacts_url));
  if (!settings.hub.join_url.empty()) findings.push_back(look_at_door("hub's joining", settings.hub.join_url));
  return findings;
}

}  // namespace depops::agent
