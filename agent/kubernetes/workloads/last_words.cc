#include "agent/kubernetes/workloads/last_words.h"

#include <algorithm>
#include <utility>

#include "agent/kubernetes/words/words.h"

namespace depops::agent::kubernetes {

bool LastWords::may_ask(const Moment& now) {
  if (spent_ && is_over(rules_.each, spent_, now)) {
    left_ = std::min(left_ + 1, rules_.at_once);
    spent_ = left_ == rules_.at_once ? std::nullopt : std::optional(Stamp::of(now));
  }
  if (left_ == 0) return false;
  left_ -= 1;
  if (!spent_) spent_ = Stamp::of(now);
  return true;
}

std::vector<LogSource> LastWords::wanted(const std::vector<const Pod*>& speakers, const Moment& now) {
  std::vector<LogSource> sources;
  for (const Pod* pod : speakers) {
    if (!pod->voice) continue;
    LogSource source{pod->uid, pod->key, *pod->voice};
    // What was another trouble in between has to last anew.
    std::erase_if(entries_, [&source](const auto& entry) {
      return !entry.second.asked && entry.first.pod == source.pod && entry.first != source;
    });
    Entry& entry = entries_.try_emplace(source, Entry{Stamp::of(now), false, ""}).first->second;
    const bool settled = pod->voice->previous || is_over(rules_.settled, entry.since, now);
    if (entry.asked || !settled || !may_ask(now)) continue;
    entry.asked = true;
    sources.push_back(std::move(source));
  }
  return sources;
}

void LastWords::heard(const LogSource& source, std::string words) {
  const auto found = entries_.find(source);
  if (found != entries_.end()) found->second.words = std::move(words);
}

void LastWords::add_to(Cluster& cluster) {
  std::erase_if(entries_, [&cluster](const auto& entry) {
    const LogSource& source = entry.first;
    const auto pod = std::ranges::find(cluster.pods, source.pod, &Pod::uid);
    return pod == cluster.pods.end() || (pod->trouble.empty() && pod->voice != source.voice);
  });
  for (const auto& [source, entry] : entries_) {
    const auto pod = std::ranges::find(cluster.pods, source.pod, &Pod::uid);
    if (pod->voice != source.voice) continue;
    (pod->trouble.empty() ? pod->ending : pod->trouble) += entry.words;
  }
}

}  // namespace depops::agent::kubernetes
