#include "agent/kubernetes/workloads/log_reader.h"

#include "agent/kubernetes/client/client.h"
#include "agent/kubernetes/connection/connection.h"
#include "agent/kubernetes/workloads/hands.h"

namespace depops::agent::kubernetes {
namespace {

std::string words_at(Client& client, const LogSource& source) {
  const auto log = client.log(pods(), source.key, {source.voice.container, source.voice.previous});
  return log.ok() ? words_of_log(*log) : words_of_failure(log.failure());
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
  Client client(connection, FieldManager("depops-agent"), {[](Millis) { return false; }, [] { return 0.5; }});
  std::unique_lock lock(mutex_);
  while (true) {
    asked_.wait(lock, [this] { return stop_ || !sources_.empty(); });
    if (stop_) return;
    const LogSource source = sources_.front();
    sources_.erase(sources_.begin());
    lock.unlock();
    std::string words = words_at(client, source);
    lock.lock();
    answers_.emplace_back(source, std::move(words));
    news_();
  }
}

}  // namespace depops::agent::kubernetes
