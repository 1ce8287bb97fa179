#include "hub/app/registry.h"

#include <utility>

namespace depops::hub {
namespace {

constexpr std::size_t kLabelsMax = 32;
constexpr std::size_t kCommitsMax = 10'000;
constexpr std::size_t kKeyDigits = 64;

std::string labels_text(const Site& site) {
  std::string text = site.name.str() + " " + site.environment.str() + " " + site.public_key;
  for (const auto& [key, value] : site.labels) text += " " + key + "=" + value;
  return text;
}

// The site that is there already: labels may change, the key may be set once, the environment never.
Answer change_site(Turn& turn, SiteEntry& entry, const CreateSite& request) {
  Site& site = entry.site;
  const std::string object = "site/" + site.name.str();
  if (site.environment != request.environment)
    return refused(Errc::exists, "site " + site.name.str() + " belongs to environment " + site.environment.str() +
                                     "; a site never moves, create another one");
  if (!request.public_key.empty() && !site.public_key.empty() && request.public_key != site.public_key)
    return refused(Errc::exists, "site " + site.name.str() + " has another key already; enrol it again to change it");
  Site next = site;
  next.labels = request.labels;
  if (!request.public_key.empty()) next.public_key = request.public_key;
  if (next == site) return made(object, false);
  turn.leaf("site.changed", object, labels_text(site), labels_text(next), "");
  site = next;
  turn.save_site(entry);
  turn.send(Announce{});
  return made(object);
}

bool same_content(const Version& version, const PublishVersion& request) {
  return version.artifact == request.artifact && version.commit_sha == request.commit_sha &&
         version.committed_at == request.committed_at;
}

}  // namespace

Answer refused(Errc code, std::string what, Reasons reasons) {
  Answer answer;
  answer.ok = false;
  answer.code = code;
  answer.what = std::move(what);
  answer.reasons = std::move(reasons);
  answer.changed = false;
  return answer;
}

Answer refused(const Error& error) { return refused(error.code, error.what); }

Answer made(std::string object, bool changed) {
  Answer answer;
  answer.object = std::move(object);
  answer.changed = changed;
  return answer;
}

Answer no_site(const SiteName& name) {
  return refused(Errc::not_found, "there is no site " + name.str() + "; see 'depops get sites'");
}

Answer create_environment(Turn& turn, const CreateEnvironment& request) {
  if (!is_name(request.name.str())) return refused(Errc::invalid, "environment: not a name; use a-z, 0-9 and -");
  const std::string object = "environment/" + request.name.str();
  const auto known = turn.world.environments.find(request.name);
  if (known != turn.world.environments.end()) {
    if (known->second.tier == request.tier) return made(object, false);
    return refused(Errc::exists, "environment " + request.name.str() + " exists with tier " +
                                     name_of(known->second.tier) + "; the tier of an environment does not change");
  }
  turn.leaf("environment.created", object, "", request.name.str() + " " + name_of(request.tier), "");
  turn.save(Environment{request.name, request.tier, turn.now.wall});
  return made(object);
}

Answer create_site(Turn& turn, const CreateSite& request) {
  if (!is_name(request.name.str())) return refused(Errc::invalid, "site: not a name; use a-z, 0-9 and -");
  if (request.labels.size() > kLabelsMax) return refused(Errc::invalid, "labels: at most 32 are kept");
  if (!request.public_key.empty() && request.public_key.size() != kKeyDigits)
    return refused(Errc::invalid, "public key: 64 hex digits of an Ed25519 key are needed");
  if (!turn.world.environments.contains(request.environment))
    return refused(Errc::not_found, "no environment " + request.environment.str() +
                                        "; create it first: depops env create " + request.environment.str() +
                                        " --tier TIER");
  if (const auto known = turn.world.sites.find(request.name); known != turn.world.sites.end())
    return change_site(turn, known->second, request);
  SiteEntry& entry = turn.world.sites[request.name];
  entry.site = {request.name, request.environment, request.labels, request.public_key, SiteEpoch(1), turn.now.wall};
  entry.status.site = request.name;
  entry.desired.site = request.name;
  const std::string object = "site/" + request.name.str();
  turn.leaf("site.created", object, "", labels_text(entry.site), "");
  turn.save_site(entry);
  turn.save_status(entry);
  turn.send(Announce{});
  return made(object);
}

Answer artifact_stored(Turn& turn, const ArtifactStored& request) {
  const std::string object = "artifact/" + request.digest.str();
  const auto known = turn.world.artifacts.find(request.digest);
  const bool fresh = known == turn.world.artifacts.end() || known->second.collected;
  if (fresh) turn.leaf("artifact.stored", object, "", request.digest.str() + " " + std::to_string(request.size), "");
  // Stored again counts as young again: it may be about to be published.
  turn.save(Artifact{request.digest, request.size, turn.now.wall, std::nullopt});
  return made(object, fresh);
}

Answer publish_version(Turn& turn, const PublishVersion& request) {
  if (!is_name(request.service.str())) return refused(Errc::invalid, "service: not a name; use a-z, 0-9 and -");
  if (!is_version_label(request.label.str()))
    return refused(Errc::invalid, "version: a label has 1 to 63 of A-Z, a-z, 0-9, '.', '_', '+', '-'");
  if (request.commits.size() > kCommitsMax) return refused(Errc::invalid, "commits: at most 10,000 are kept");
  const std::string name = request.service.str() + " " + request.label.str();
  const std::string object = "version/" + request.service.str() + "/" + request.label.str();
  const auto artifact = turn.world.artifacts.find(request.artifact);
  if (artifact == turn.world.artifacts.end() || artifact->second.collected)
    return refused(Errc::not_found, "no artifact " + request.artifact.str() + "; upload it first");
  if (const auto known = turn.world.versions.find({request.service, request.label});
      known != turn.world.versions.end()) {
    if (same_content(known->second, request)) return made(object, false);
    return refused(Errc::exists,
                   name + " is published with other content; a version never changes, choose another label");
  }
  Version version{request.service,       request.label,      request.artifact,
                  artifact->second.size, request.commit_sha, request.committed_at,
                  request.commits,       turn.now.wall,      turn.actor};
  if (version.commits.empty() && !version.commit_sha.empty())
    version.commits.push_back({version.commit_sha, version.committed_at});
  turn.leaf("version.published", object, "", name + " " + request.artifact.str() + " " + request.commit_sha, "");
  turn.save(std::move(version));
  return made(object);
}

}  // namespace depops::hub
