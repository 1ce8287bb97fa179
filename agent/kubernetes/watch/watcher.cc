#include "agent/kubernetes/watch/watcher.h"

#include <malloc.h>

#include <chrono>
#include <utility>

#include "shared/json/parse.h"
#include "shared/json/write.h"

namespace depops::agent::kubernetes {
namespace {

constexpr Millis kOverdue{30'000};  // a stream that is silent for longer than it should last is dead

using SteadyClock = std::chrono::steady_clock;

}  // namespace

Watcher::Watcher(Connection& connection, WatchOrder order, std::function<double()> chance,
                 std::function<void()> changed)
    : order_(std::move(order)),
      chance_(std::move(chance)),
      changed_(std::move(changed)),
      client_(connection, kOurManager, {[this](Millis time) { return pause(time); }, chance_},
              {.patience = Millis(0)}),  // pauses between repeats are for Turns to decide
      objects_(order_.objects_most) {
  thread_ = std::thread([this] { run(); });
}

Watcher::~Watcher() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  stopping_.notify_all();
  breaker_.trip();
  thread_.join();
}

bool Watcher::pause(Millis time) {
  std::unique_lock lock(mutex_);
  return !stopping_.wait_for(lock, time, [this] { return stop_; });
}

void Watcher::run() {
  while (pause(Millis(0))) {
    std::visit([this](const auto& turn) { take(turn); }, turns_.next());
  }
}

void Watcher::take(const PauseTurn& turn) {
  (void)pause(turn.pause);
  turns_.paused();
}

void Watcher::fail(const Failure& failure) {
  turns_.failed(failure, chance_());
  const std::lock_guard lock(mutex_);
  trouble_ = failure.what;
}

void Watcher::take(const ListTurn& turn) {
  if (turn.at.empty()) {
    const std::lock_guard lock(mutex_);
    objects_.begin_list();
    ++counts_.lists;
  }
  auto page = client_.list(order_.resource, order_.space, order_.selector, order_.page, turn.at);
  if (!page.ok()) return fail(page.failure());
  turns_.page(page->next, page->version);
  {
    const std::lock_guard lock(mutex_);
    for (Object& object : page->items) objects_.put({std::move(object.meta), order_.projection(object.body)});
    if (page->next.empty()) objects_.end_list();
    trouble_ = objects_.full() ? "list " + order_.resource.plural.str() + ": more than " +
                                     std::to_string(order_.objects_most) + " objects; narrow the label selector"
                               : std::string();
  }
  if (!page->next.empty()) return;
  page = Page{};
  ::malloc_trim(0);  // what the pages of a list took would stay ours, and the next list is hours away
  changed_();
}

void Watcher::take(const WatchTurn& turn) {
  if (!may_watch()) return;
  const Millis lifetime(static_cast<std::int64_t>(static_cast<double>(order_.lifetime.count()) * (1 + chance_())));
  const auto began = SteadyClock::now();
  auto stream = client_.watch(order_.resource, order_.space, order_.selector, turn.from, lifetime, breaker_);
  if (!stream.ok()) return fail(stream.failure());
  {
    const std::lock_guard lock(mutex_);
    ++counts_.watches;
    trouble_.clear();
  }
  for (;;) {
    const auto next = (*stream)->next(lifetime + kOverdue);
    const std::string* line = std::get_if<std::string>(&next);
    if (line == nullptr) break;
    if (!take_line(*line)) return;
  }
  turns_.ended(std::chrono::duration_cast<Millis>(SteadyClock::now() - began), chance_());
}

// False: the stream makes no sense any more.
bool Watcher::take_line(const std::string& line) {
  const Asked asked{"watch", order_.resource, {order_.space, {}}};
  auto event = json::parse(line);
  if (!event.ok()) return fail(failure_without_answer(asked, true, "an event is no JSON")), false;
  const std::string& type = (*event)["type"].as_string();
  const json::Value& object = (*event)["object"];
  if (type == "ERROR") {
    const auto code = static_cast<int>(object["code"].as_int());
    return fail(failure_of(asked, code, json::write(object), {})), false;
  }
  Meta meta = meta_of(object);
  turns_.delivered(meta.version);
  {
    const std::lock_guard lock(mutex_);
    if (type == "BOOKMARK") return ++counts_.bookmarks, true;
    if (type == "DELETED") {
      objects_.take_away(meta);
    } else {
      objects_.put({std::move(meta), order_.projection(object)});
    }
  }
  changed_();
  return true;
}

// Only the thread itself mends its breaker: whoever trips it later means the stream that is opened now.
bool Watcher::may_watch() {
  const std::lock_guard lock(mutex_);
  if (stop_) return false;
  breaker_.mend();
  if (!objects_.wants_list()) return true;
  turns_.list_again();
  return false;
}

Lookup Watcher::find(const ObjectKey& key) const {
  const std::lock_guard lock(mutex_);
  return objects_.find(key);
}

std::optional<std::vector<SharedSeen>> Watcher::all() const {
  const std::lock_guard lock(mutex_);
  if (!objects_.settled()) return std::nullopt;
  return objects_.all();
}

Outcome<Object> Watcher::write(const ObjectKey& key, const std::function<Outcome<Object>()>& write) {
  {
    const std::lock_guard lock(mutex_);
    objects_.begin_write(key);
  }
  auto outcome = write();
  const std::lock_guard lock(mutex_);
  if (outcome.ok()) {
    objects_.wrote(key, outcome->meta.version);
  } else {
    objects_.not_written(key, outcome.failure().may_have_happened);
  }
  if (objects_.wants_list()) breaker_.trip();
  return outcome;
}

Outcome<std::optional<Object>> Watcher::remove(const ObjectKey& key, const Uid& uid,
                                               const std::function<Outcome<std::optional<Object>>()>& remove) {
  {
    const std::lock_guard lock(mutex_);
    objects_.begin_write(key);
  }
  auto outcome = remove();
  const std::lock_guard lock(mutex_);
  if (outcome.ok()) {
    objects_.removed(key, uid);
  } else {
    objects_.not_written(key, outcome.failure().may_have_happened);
  }
  if (objects_.wants_list()) breaker_.trip();
  return outcome;
}

std::string Watcher::trouble() const {
  const std::lock_guard lock(mutex_);
  return trouble_;
}

Watcher::Counts Watcher::counts() const {
  const std::lock_guard lock(mutex_);
  return counts_;
}

}  // namespace depops::agent::kubernetes
