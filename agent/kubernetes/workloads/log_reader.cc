#include "agent/kubernetes/workloads/log_reader.h"

#include "agent/kubernetes/client/client.h"
#include "agent/kubernetes/connection/connection.h"
#include "agent/kubernetes/words/words.h"

namespace depops::agent::kubernetes {
namespace {

constexpr int kRounds = 3;
constexpr Millis kBetween{300};

// Nothing: the node has lost it. While a container is being started again, a kubelet may have its former life under
// either name, or for a moment under none.
std::optional<std::string> words_at(Client& client, const LogSource& source) {
  for (const bool previous : {source.voice.previous, !source.voice.previous}) {
    const auto log = client.log(kPods, source.key, {source.voice.container, previous});
    if (!log.ok()) return words_of_failure(log.failure());
    if (!is_lost(*log)) return words_of_log(*log);
  }
  return std::nullopt;
}

}  // namespace

LogReader::~LogReader() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  asked_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void LogReader::read(const std::vector<LogSource>& sources) {
  if (sources.empty()) return;
  {
    const std::lock_guard lock(mutex_);
    sources_.insert(sources_.end(), sources.begin(), sources.end());
  }
  if (!thread_.joinable()) thread_ = std::thread([this] { work(); });
  asked_.notify_all();
}

std::vector<LogReader::Answer> LogReader::answers() {
  const std::lock_guard lock(mutex_);
  return std::exchange(answers_, {});
}

void LogReader::work() {
  Connection connection(access_, clock_);
  Client client(connection, kOurManager, {[](Millis) { return false; }, [] { return 0.5; }});
  std::unique_lock lock(mutex_);
  while (true) {
    asked_.wait(lock, [this] { return stop_ || !sources_.empty(); });
    if (stop_) return;
    const LogSource source = sources_.front();
    sources_.erase(sources_.begin());
    std::optional<std::string> words;
    for (int round = 0; round < kRounds && !words && !stop_; ++round) {
      if (round > 0) asked_.wait_for(lock, kBetween, [this] { return stop_; });
      lock.unlock();
      words = words_at(client, source);
      lock.lock();
    }
    answers_.emplace_back(source, words.value_or(""));
    news_();
  }
}

}  // namespace depops::agent::kubernetes
