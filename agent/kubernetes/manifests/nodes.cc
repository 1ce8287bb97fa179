#include "agent/kubernetes/manifests/nodes.h"

#include <algorithm>
#include <cctype>
#include <string>

#include "agent/kubernetes/api/labels.h"
#include "agent/kubernetes/manifests/edit.h"

namespace depops::agent::kubernetes {
namespace {

constexpr std::size_t kNameMost = 63;
constexpr std::size_t kPrefixMost = 253;

bool is_word(const std::string& text, const char* beside, std::size_t most) {
  const auto plain = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; };
  const std::string_view others(beside);
  const auto good = [&](char c) { return plain(c) || others.find(c) != std::string_view::npos; };
  return !text.empty() && text.size() <= most && std::ranges::all_of(text, good) && plain(text.front()) &&
         plain(text.back());
}

// "topology.kubernetes.io/zone"
bool is_label_name(const std::string& text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string::npos) return is_word(text, "-_.", kNameMost);
  return is_word(text.substr(0, slash), "-.", kPrefixMost) && is_word(text.substr(slash + 1), "-_.", kNameMost);
}

const Way kToSet{"metadata", "labels", kSetLabel};
const Way kToNowhere{"spec", "nodeSelector", kNowhere};

}  // namespace

Result<void> check_batch_labels(const std::vector<ManifestObject>& manifests) {
  for (const ManifestObject& object : manifests) {
    const json::Value& text = object.body["metadata"]["annotations"][kBatchLabelAnnotation];
    if (text.is_null()) continue;
    const std::string field = object.place + ": metadata.annotations." + kBatchLabelAnnotation + ": ";
    const std::string& kind = object.body["kind"].as_string();
    if (kind != "DaemonSet")
      return Error{Errc::refused, field + "stands on a " + kind + "; it is for a DaemonSet, leave it out here"};
    if (!is_label_name(text.as_string()))
      return Error{Errc::refused, field +
                                      "is no name of a label; write one that nodes have, like "
                                      "topology.kubernetes.io/zone, or leave it out"};
  }
  return {};
}

json::Value parked(const json::Value& pod_template) { return with(without(pod_template, kToSet), kToNowhere, "yes"); }

bool is_parked(const json::Value& pod_template) { return !at(pod_template, kToNowhere).is_null(); }

}  // namespace depops::agent::kubernetes
