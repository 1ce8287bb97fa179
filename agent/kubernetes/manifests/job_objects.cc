#include "agent/kubernetes/manifests/job_objects.h"

#include <algorithm>
#include <chrono>

#include "agent/kubernetes/api/labels.h"
#include "agent/kubernetes/manifests/edit.h"
#include "agent/kubernetes/manifests/parts.h"
#include "shared/json/write.h"
#include "shared/signing/signing.h"

namespace depops::agent::kubernetes {
namespace {

constexpr std::size_t kJobNameMax = 63;  // its pods are labelled with it
constexpr std::size_t kRunDigits = 10;
constexpr std::chrono::seconds kBeyondOurs{10};  // our own limit comes first, while the log is there to be read

Error refused_job(const ManifestObject& object, const std::string& what) {
  return {Errc::refused, object.place + ": " + what};
}

std::string lowered(const std::string& text) {
  std::string name;
  for (const char c : text) {
    const bool upper = c >= 'A' && c <= 'Z';
    const bool known = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    name += upper ? static_cast<char>(c - 'A' + 'a') : known ? c : '-';
  }
  return name;
}

Result<void> check_job(const ManifestObject& object, const Policy& policy) {
  DEPOPS_TRY_VOID(check_job_policy(object, policy));
  const json::Value& spec = object.body["spec"];
  for (const char* field : {"suspend", "selector", "manualSelector"}) {
    if (!spec[field].is_null())
      return refused_job(object,
                         std::string("spec.") + field + ": is not for a Job that somebody waits for; leave it out");
  }
  for (const auto& [name, value] : spec["template"]["metadata"]["labels"].members()) {
    if (name.starts_with("depops.io/"))
      return refused_job(object, "spec.template.metadata.labels: " + name +
                                     " is DepOps' own, and would make it a pod of a version; leave it out");
  }
  return {};
}

// Attempts are the hook's to make, and its end has to be there when it is looked for.
json::Value limited(json::Value spec, Millis timeout) {
  const auto most = std::chrono::ceil<std::chrono::seconds>(timeout) + kBeyondOurs;
  const json::Value& own = spec["activeDeadlineSeconds"];
  const auto limit = own.is_null() ? std::int64_t{most.count()} : std::min<std::int64_t>(own.as_int(), most.count());
  if (spec["backoffLimit"].is_null()) spec = with(spec, {"backoffLimit"}, 0);
  spec = without(spec, {"ttlSecondsAfterFinished"});
  return with(spec, {"activeDeadlineSeconds"}, limit);
}

std::vector<json::Value> named_by(const json::Value& pod, const std::vector<json::Value>& attachments) {
  const std::string text = json::write(pod);
  std::vector<json::Value> named;
  std::ranges::copy_if(attachments, std::back_inserter(named), [&](const json::Value& one) {
    return text.find('"' + one["metadata"]["name"].as_string() + '"') != std::string::npos;
  });
  return named;
}

}  // namespace

std::string job_name(const SiteName& site, const ServiceName& service, const JobRun& run) {
  const std::string digest =
      signing::sha256_hex(site.str() + " " + service.str() + " " + run.key + " " + std::to_string(run.order));
  std::string name = lowered(service.str() + "-" + run.what).substr(0, kJobNameMax - kRunDigits - 1);
  while (name.back() == '-') name.pop_back();
  return name + "-" + digest.substr(0, kRunDigits);
}

Result<JobObjects> job_objects(const std::vector<ManifestObject>& file, const std::vector<ManifestObject>& manifests,
                               const rollout::VersionSnapshot& snapshot, const JobRun& run, const SiteName& site,
                               const Policy& policy) {
  if (file.empty()) return Error{Errc::refused, "the file that " + run.what + " names holds no Job"};
  DEPOPS_TRY_VOID(check_job(file.front(), policy));
  if (file.size() > 1) return refused_job(file[1], "stands beside a Job; the file holds one Job and nothing else");
  const std::string name = job_name(site, snapshot.service, run);
  Labels labels = labels_of(snapshot, site);
  labels[kJobLabel] = run.order == 0 ? "measurement" : "hook";
  Parts parts(snapshot, name, labels, policy);
  std::vector<json::Value> attachments;
  for (const ManifestObject& object : manifests) {
    const std::string& kind = object.body["kind"].as_string();
    if (kind != "ConfigMap" && kind != "Secret") continue;
    DEPOPS_TRY_VOID(check_policy(object, policy));
    attachments.push_back(parts.attachment(object));
  }
  std::map<std::string, std::string> variables = snapshot.settings;
  for (const auto& [key, value] : run.variables) variables[key] = value;
  const json::Value& from = file.front().body;
  const Way to_pod{"template", "spec"};
  const json::Value pod = with_variables(parts.with_renames(at(from["spec"], to_pod)), variables);
  const json::Value spec = limited(with(from["spec"], to_pod, pod), run.timeout);
  json::Value meta = with(parts.marked(from["metadata"], name), {"annotations", kRunAnnotation}, run.key);
  meta = with(meta, {"annotations", kContentAnnotation}, signing::sha256_hex(json::write(spec)));
  JobObjects objects{{}, named_by(pod, attachments)};
  objects.job.add("apiVersion", "batch/v1").add("kind", "Job").add("metadata", std::move(meta)).add("spec", spec);
  return objects;
}

bool is_same_run(const json::Value& there, const json::Value& meant) {
  const json::Value& here = there["metadata"];
  const json::Value& ours = meant["metadata"];
  return here["labels"][kSiteLabel] == ours["labels"][kSiteLabel] &&
         here["annotations"][kRunAnnotation] == ours["annotations"][kRunAnnotation] &&
         here["annotations"][kContentAnnotation] == ours["annotations"][kContentAnnotation];
}

}  // namespace depops::agent::kubernetes
