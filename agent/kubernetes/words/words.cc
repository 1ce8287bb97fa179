#include "agent/kubernetes/words/words.h"

#include <algorithm>
#include <vector>

#include "shared/json/utf8.h"

namespace depops::agent::kubernetes {
namespace {

constexpr std::size_t kWordsMax = 300;
constexpr std::size_t kLinesMax = 5;
constexpr std::size_t kLineMax = 300;   // bytes
constexpr std::size_t kLinesSum = 600;  // bytes of all of them
constexpr int kKilled = 137;            // 128 + SIGKILL
constexpr const char* kCrashLoop = "CrashLoopBackOff";

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
  if (reason == kCrashLoop)
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

// Whose log says why the pod has failed.
std::optional<Voice> voice_of_failed(const json::Value& pod) {
  if (pod["status"]["phase"].as_string() != "Failed") return std::nullopt;
  for (const json::Value& status : pod["status"]["containerStatuses"].items()) {
    if (!status["state"]["terminated"].is_null()) return Voice{status["name"].as_string(), false};
  }
  return std::nullopt;
}

// Its containers are well and yet it is not ready: nobody has heard from the node, or a probe fails.
void unready_words(const json::Value& pod, PodWords& words) {
  const std::string name = pod["metadata"]["name"].as_string();
  const json::Value& ready = condition_of(pod, "Ready");
  const auto& statuses = pod["status"]["containerStatuses"].items();
  if (ready["status"].as_string() != "False" || statuses.empty()) return;
  const auto well = [](const json::Value& status) { return status["ready"].as_bool(); };
  if (std::all_of(statuses.begin(), statuses.end(), well) && pod["spec"]["readinessGates"].is_null()) {
    words.voice.reset();  // a node that does not answer shows no logs either
    words.trouble = name + " is not counted as ready though its containers are: its node " +
                    pod["spec"]["nodeName"].as_string() + " does not answer";
    return;
  }
  for (const json::Value& status : statuses) {
    if (status["state"]["running"].is_null() || well(status)) continue;
    words.voice = Voice{status["name"].as_string(), false};
    words.trouble = shown(words.voice->container, pod) + " runs and fails its readiness probe";
    return;
  }
}

// Of the character at the front of `text`: whether it shows nothing or turns the direction of writing.
bool hides(std::string_view text, std::size_t length) {
  const std::string_view one = text.substr(0, length);
  if (length == 1) return static_cast<unsigned char>(one[0]) < 0x20 || one[0] == '\x7f';
  if (length == 2) return one[0] == '\xc2' && static_cast<unsigned char>(one[1]) < 0xa0;
  const bool format = one.starts_with("\xe2\x80") || one.starts_with("\xe2\x81");
  const auto last = static_cast<unsigned char>(one.back());
  if (!format || length != 3) return false;
  return one[1] == '\x80' ? (last >= 0x8b && last <= 0x8f) || (last >= 0xa8 && last <= 0xae) : last >= 0xa0;
}

// Bytes of the terminal's order at the front, like those for a colour; 0: there is none. Source: ECMA-48, 5.4.
std::size_t order_length(std::string_view text) {
  if (!text.starts_with("\x1b[")) return 0;
  std::size_t end = 2;
  while (end < text.size() && text[end] >= 0x20 && text[end] < 0x40) ++end;
  return std::min(end + 1, text.size());
}

// On one line: what shows nothing becomes a space, what is no UTF-8 a question mark.
std::string clean(std::string_view text) {
  std::string words;
  while (!text.empty()) {
    if (const std::size_t order = order_length(text)) {
      text.remove_prefix(order);
      continue;
    }
    const std::size_t length = json::utf8_length(text);
    if (length == 0) words += '?';
    if (length > 0 && hides(text, length)) words += ' ';
    if (length > 0 && !hides(text, length)) words += text.substr(0, length);
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  const auto begin = words.find_first_not_of(' ');
  if (begin == std::string::npos) return "";
  return words.substr(begin, words.find_last_not_of(' ') - begin + 1);
}

// Between two characters.
std::string cut(std::string text, std::size_t most) {
  if (text.size() <= most) return text;
  while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xc0U) == 0x80) --most;
  return text.substr(0, most) + "...";
}

}  // namespace

std::string words_of_end(const json::Value& pod, const json::Value& container_status) {
  return ending_of(container_status["state"]["terminated"], shown(container_status["name"].as_string(), pod));
}

std::string clipped_words(const std::string& text) { return cut(clean(text), kWordsMax); }

std::string last_lines(std::string_view log) {
  std::vector<std::string> lines;
  std::size_t sum = 0;
  while (!log.empty() && lines.size() < kLinesMax) {
    const auto begin = log.rfind('\n');
    const std::string_view last = begin == std::string_view::npos ? log : log.substr(begin + 1);
    std::string line = cut(clean(last), kLineMax);
    log.remove_suffix(begin == std::string_view::npos ? log.size() : last.size() + 1);
    if (line.empty()) continue;
    sum += line.size();
    if (sum > kLinesSum) break;
    lines.push_back(std::move(line));
  }
  std::string words;
  for (auto line = lines.rbegin(); line != lines.rend(); ++line) words += (words.empty() ? "" : " | ") + *line;
  return words;
}

PodWords words_of(const json::Value& pod) {
  PodWords words{pod_words(pod), "", std::nullopt};
  if (!words.trouble.empty()) words.voice = voice_of_failed(pod);
  for (const char* list : {"initContainerStatuses", "containerStatuses"}) {
    for (const json::Value& status : pod["status"][list].items()) {
      const std::string& name = status["name"].as_string();
      const std::string who = shown(name, pod);
      const bool first = words.trouble.empty();
      if (first) words.trouble = waiting_words(status, who);
      const bool loops = status["state"]["waiting"]["reason"].as_string() == kCrashLoop;
      if (first && loops) words.voice = Voice{name, true};
      const json::Value& last = status["lastState"]["terminated"];
      if (last.is_null() || status["restartCount"].as_uint() == 0) continue;
      words.ending = ending_of(last, who);
      if (words.trouble.empty()) words.voice = Voice{name, true};
    }
  }
  if (words.trouble.empty()) unready_words(pod, words);
  return words;
}

std::string words_of_log(const std::string& log) {
  const std::string lines = last_lines(log);
  return lines.empty() ? "; it wrote no log" : "; the last it wrote: " + lines;
}

bool is_lost(const std::string& log) { return log.starts_with("unable to retrieve container logs for "); }

std::string words_of_failure(const Failure& failure) {
  // A container that is gone has no log, and an API server without a way to the node can not help it.
  if (failure.kind != FailureKind::forbidden) return "";
  return "; its log could not be read: " + clipped_words(failure.what);
}

}  // namespace depops::agent::kubernetes
