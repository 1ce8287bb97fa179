#include "agent/kubernetes/workloads/words.h"

#include <algorithm>

#include "agent/kubernetes/workloads/cluster.h"

namespace depops::agent::kubernetes {
namespace {

constexpr std::size_t kWordsMax = 300;
constexpr int kKilled = 137;  // 128 + SIGKILL

// "web of checkout-3f9a1c22bd01-5d8-abcde"
std::string shown(const std::string& container, const json::Value& pod) {
  return container + " of " + pod["metadata"]["name"].as_string();
}

std::string because(const std::string& message) {
  const std::string words = clipped_words(message);
  return words.empty() ? "" : ": " + words;
}

std::string ending_of(const json::Value& terminated, const std::string& who) {
  const std::string& reason = terminated["reason"].as_string();
  if (reason == "OOMKilled")
    return who +
           " was killed because it needed more memory than its limit; raise resources.limits.memory, or find out "
           "what it keeps";
  const auto code = terminated["exitCode"].as_int();
  std::string words = who + " ended by itself with exit " + std::to_string(code);
  if (code == kKilled) words += " (killed)";
  return words + because(terminated["message"].as_string());
}

std::string waiting_words(const json::Value& status, const std::string& who) {
  const json::Value& waiting = status["state"]["waiting"];
  const std::string& reason = waiting["reason"].as_string();
  const std::string& message = waiting["message"].as_string();
  if (reason == "ErrImagePull" || reason == "ImagePullBackOff" || reason == "InvalidImageName" ||
      reason == "ErrImageNeverPull")
    return "the image " + status["image"].as_string() + " for " + who + " can not be fetched" + because(message) +
           "; check its name, that it was pushed, and imagePullSecrets";
  if (reason == "CrashLoopBackOff")
    return who + " ends again and again (" + std::to_string(status["restartCount"].as_uint()) +
           " restarts): " + ending_of(status["lastState"]["terminated"], who);
  if (reason.empty() || reason == "ContainerCreating" || reason == "PodInitializing") return "";
  return who + " can not be started, " + reason + because(message);
}

const json::Value& condition_of(const json::Value& pod, const char* type) {
  static const json::Value kNone;
  for (const json::Value& one : pod["status"]["conditions"].items()) {
    if (one["type"].as_string() == type) return one;
  }
  return kNone;
}

// Of the pod as a whole.
std::string pod_words(const json::Value& pod) {
  const std::string name = pod["metadata"]["name"].as_string();
  const json::Value& status = pod["status"];
  if (status["phase"].as_string() == "Failed")
    return name + " has failed" + because(status["reason"].as_string()) + because(status["message"].as_string());
  const json::Value& placed = condition_of(pod, "PodScheduled");
  if (placed["status"].as_string() == "False")
    return name + " finds no place" + because(placed["message"].as_string()) +
           "; give the cluster room, or let the pod ask for less";
  if (status["reason"].as_string() == "NodeLost")
    return name + ": its node " + pod["spec"]["nodeName"].as_string() + " does not answer";
  return "";
}

// Its containers are well and yet it is not ready: nobody has heard from the node, or a probe fails.
std::string unready_words(const json::Value& pod) {
  const std::string name = pod["metadata"]["name"].as_string();
  const json::Value& ready = condition_of(pod, "Ready");
  const auto& statuses = pod["status"]["containerStatuses"].items();
  if (ready["status"].as_string() != "False" || statuses.empty()) return "";
  const auto well = [](const json::Value& status) { return status["ready"].as_bool(); };
  if (std::all_of(statuses.begin(), statuses.end(), well) && pod["spec"]["readinessGates"].is_null())
    return name + " is not counted as ready though its containers are: its node " +
           pod["spec"]["nodeName"].as_string() + " does not answer";
  for (const json::Value& status : statuses) {
    const bool runs = !status["state"]["running"].is_null();
    if (runs && !well(status)) return shown(status["name"].as_string(), pod) + " runs and fails its readiness probe";
  }
  return "";
}

}  // namespace

std::string clipped_words(const std::string& text) {
  std::string words = text.substr(0, kWordsMax);
  if (text.size() > kWordsMax) words += "...";
  std::replace_if(
      words.begin(), words.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
  while (!words.empty() && words.back() == ' ') words.pop_back();
  return words;
}

PodWords words_of(const json::Value& pod) {
  PodWords words{pod_words(pod), ""};
  for (const char* list : {"initContainerStatuses", "containerStatuses"}) {
    for (const json::Value& status : pod["status"][list].items()) {
      const std::string who = shown(status["name"].as_string(), pod);
      if (words.trouble.empty()) words.trouble = waiting_words(status, who);
      const json::Value& last = status["lastState"]["terminated"];
      if (!last.is_null() && status["restartCount"].as_uint() > 0) words.ending = ending_of(last, who);
    }
  }
  if (words.trouble.empty()) words.trouble = unready_words(pod);
  return words;
}

}  // namespace depops::agent::kubernetes
