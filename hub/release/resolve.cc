#include "hub/release/resolve.h"

#include <algorithm>
#include <set>

#include "shared/base/check.h"

namespace depops::hub::release {
namespace {

constexpr std::size_t kSetHexDigits = 12;
constexpr std::size_t kDigestPrefix = 7;  // "sha256:"

// "<bytes>:<text>,": no text can look like two.
void put(std::string& out, const std::string& text) {
  out += std::to_string(text.size());
  out += ':';
  out += text;
  out += ',';
}

void put(std::string& out, std::uint64_t number) { put(out, std::to_string(number)); }

void put(std::string& out, Millis duration) { put(out, std::to_string(duration.count())); }

template <typename T>
void put(std::string& out, const std::optional<T>& value) {
  put(out, value ? std::to_string(*value) : std::string("-"));
}

void put(std::string& out, const rollout::ProcessWorkload& workload) {
  put(out, workload.command.size());
  for (const std::string& word : workload.command) put(out, word);
  put(out, workload.port_variable);
  put(out, std::string(workload.readiness.kind == rollout::Readiness::Kind::http ? "http" : "tcp"));
  put(out, workload.readiness.path);
  put(out, workload.readiness.interval);
  put(out, workload.readiness.timeout);
  put(out, std::uint64_t{workload.replicas});
  put(out, workload.drain);
  put(out, workload.limits.memory_bytes);
  put(out, workload.limits.open_files);
}

void put(std::string& out, const rollout::Manifests& manifests) {
  put(out, manifests.files.size());
  for (const std::string& file : manifests.files) put(out, file);
}

Result<std::vector<rollout::Wave>> waves_of(const manifest::Environment& environment, const Sources& sources,
                                            const Order& order) {
  std::set<SiteName> wanted(order.only_sites.begin(), order.only_sites.end());
  const bool all = wanted.empty();
  std::set<SiteName> taken;
  std::vector<rollout::Wave> waves;
  for (const manifest::Wave& from : environment.waves) {
    rollout::Wave wave{from.name, {}, 1, from.bake};
    for (const Site* site : sources.sites) {
      if ((!all && !wanted.contains(site->name)) || taken.contains(site->name)) continue;
      if (!manifest::selects(from.sites, site->name, site->labels)) continue;
      taken.insert(site->name);
      wave.sites.push_back(site->name);
    }
    if (wave.sites.empty()) continue;
    wave.max_concurrent = manifest::concurrency(from.max_concurrent, wave.sites.size());
    waves.push_back(std::move(wave));
  }
  for (const SiteName& site : wanted)
    if (!taken.contains(site))
      return Error{Errc::not_found, "site " + site.str() + " is in no wave of environment " + order.environment.str() +
                                        "; see its sites with: depops get sites"};
  if (waves.empty())
    return Error{Errc::not_found, "environment " + order.environment.str() +
                                      " has no site that a wave selects; create one with: depops site create NAME "
                                      "--environment " +
                                      order.environment.str()};
  return waves;
}

}  // namespace

std::string canonical_text(const rollout::VersionSnapshot& snapshot) {
  std::string out = "depops-set-1,";
  put(out, snapshot.service.str());
  put(out, snapshot.environment.str());
  put(out, snapshot.label.str());
  put(out, snapshot.artifact.str());
  put(out, snapshot.artifact_size);
  put(out, snapshot.settings.size());
  for (const auto& [key, value] : snapshot.settings) {
    put(out, key);
    put(out, value);
  }
  put(out, snapshot.workload);
  if (!snapshot.companions.empty())
    put(out, std::string("companions"));  // without any it is as it was before there were
  for (const auto& [name, workload] : snapshot.companions) {
    put(out, name);
    put(out, workload);
  }
  if (snapshot.manifests) {
    put(out, std::string("manifests"));  // likewise
    put(out, *snapshot.manifests);
  }
  return out;
}

SetId set_id_of(const rollout::VersionSnapshot& snapshot, const DigestOf& digest_of) {
  const std::string digest = digest_of(canonical_text(snapshot)).str();
  DEPOPS_CHECK(digest.size() >= kDigestPrefix + kSetHexDigits);
  return SetId(snapshot.service.str() + "-" + digest.substr(kDigestPrefix, kSetHexDigits));
}

Result<rollout::Plan> resolve(const Sources& sources, const Order& order, const DigestOf& digest_of) {
  const manifest::Pipeline& pipeline = *sources.pipeline;
  const std::string service = pipeline.service.str();
  const manifest::Environment* environment = pipeline.find(order.environment);
  if (environment == nullptr)
    return Error{Errc::not_found, "the pipeline of " + service + " has no environment " + order.environment.str() +
                                      "; add it to the file and apply it again"};
  DEPOPS_TRY_VOID(manifest::check_supported(pipeline, *environment));
  rollout::Plan plan;
  plan.release = order.release;
  plan.requested_by = order.requested_by;
  plan.service = pipeline.service;
  plan.environment = order.environment;
  plan.target = {pipeline.service,          order.environment,
                 sources.version->label,    SetId(),
                 sources.version->artifact, sources.version->artifact_size,
                 environment->settings,     {}};
  DEPOPS_TRY(plan.target.workload, manifest::to_workload(pipeline, *environment));
  plan.target.companions = manifest::to_companions(pipeline, *environment);
  plan.target.manifests = pipeline.manifests;
  plan.target.set = set_id_of(plan.target, digest_of);
  DEPOPS_TRY(plan.strategy, manifest::to_strategy(*environment, sources.find_template,
                                                  {{"service", service}, {"environment", order.environment.str()}}));
  plan.step_timeout = environment->step_timeout;
  plan.bake = environment->bake;
  plan.keep_warm = environment->keep_old_for;
  plan.on_failure = environment->on_failure;
  plan.answer_within = environment->answer_within;
  plan.min_ready = pipeline.min_ready;
  plan.rollback_scope = environment->rollback_scope;
  DEPOPS_TRY(plan.waves, waves_of(*environment, sources, order));
  return plan;
}

rollout::Plan back_to(const rollout::Plan& earlier, const ReleaseId& release, std::vector<SiteName> sites) {
  rollout::Plan plan = earlier;
  plan.release = release;
  plan.kind = rollout::ReleaseKind::rollback;
  const auto count = static_cast<std::uint32_t>(std::max<std::size_t>(sites.size(), 1));
  plan.waves = {{WaveName("back"), std::move(sites), count, Millis{0}}};
  return plan;
}

}  // namespace depops::hub::release
