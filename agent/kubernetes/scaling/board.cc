#include "agent/kubernetes/scaling/board.h"

#include <set>
#include <utility>

namespace depops::agent::kubernetes {
namespace {

json::Value kept_of_workload(const json::Value& object) {
  json::Value spec;
  if (const auto number = number_of(object)) spec.add("replicas", *number);
  json::Value kept;
  kept.add("spec", std::move(spec));
  return kept;
}

}  // namespace

WorkloadBoard::WorkloadBoard(Connection& connection, Namespace space, std::function<double()> chance, AskForSize ask,
                             BoardRules rules)
    : space_(std::move(space)),
      ask_(std::move(ask)),
      rules_(rules),
      connection_(connection),
      chance_(std::move(chance)),
      client_(connection, kOurManager, {[this](Millis time) { return pause(time); }, chance_}),
      discovery_(client_) {
  thread_ = std::thread([this] { run(); });
}

WorkloadBoard::~WorkloadBoard() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  news_.notify_all();
  thread_.join();
  watcher_.reset();  // it tells
}

bool WorkloadBoard::pause(Millis time) {
  std::unique_lock lock(mutex_);
  return !news_.wait_for(lock, time, [this] { return stop_; });
}

bool WorkloadBoard::wait_for_news() {
  std::unique_lock lock(mutex_);
  news_.wait(lock, [this] { return stop_ || changed_; });
  changed_ = false;
  return !stop_;
}

void WorkloadBoard::tell() {
  {
    const std::lock_guard lock(mutex_);
    changed_ = true;
  }
  news_.notify_all();
}

void WorkloadBoard::show(std::vector<WorkloadShown> all) {
  {
    const std::lock_guard lock(mutex_);
    if (all == shown_) return;
    shown_ = std::move(all);
  }
  tell();
}

std::string WorkloadBoard::trouble() const {
  const std::lock_guard lock(mutex_);
  return trouble_;
}

void WorkloadBoard::say(const std::string& trouble) {
  const std::lock_guard lock(mutex_);
  trouble_ = trouble;
}

void WorkloadBoard::run() {
  bool again = false;
  while (wait_for_news()) {
    const bool there = kind_ || find_kind();
    again = !there || !look(again);
    if (again) tell();
    if (!pause(!there ? rules_.kind_again : again ? rules_.retry : rules_.pace)) return;
  }
}

bool WorkloadBoard::find_kind() {
  const auto found = discovery_.find(workload_kind());
  if (!found.ok()) {
    say("services are not shown as Workloads, and no autoscaler can size them: " + found.failure().what +
        "; kubectl apply -f workload-crd.yaml");
    return false;
  }
  kind_ = *found;
  watcher_ = std::make_unique<Watcher>(connection_, WatchOrder{*kind_, space_, LabelSelector(), kept_of_workload},
                                       chance_, [this] { tell(); });
  return true;
}

bool WorkloadBoard::look(bool again) {
  std::vector<WorkloadShown> shown;
  {
    const std::lock_guard lock(mutex_);
    shown = shown_;
  }
  std::set<ServiceName> named;
  bool well = true;
  for (const WorkloadShown& one : shown) {
    if (one.key.space != space_) continue;
    named.insert(one.service);
    const Lookup found = watcher_->find(one.key);
    if (found.known != Known::not_yet) well = settle(entries_[one.service], one, found, again) && well;
  }
  std::erase_if(entries_, [&](const auto& entry) { return !named.contains(entry.first); });
  const std::string unseen = watcher_->trouble();
  if (well) say(unseen);
  return well;
}

bool WorkloadBoard::settle(Entry& entry, const WorkloadShown& shown, const Lookup& found, bool again) {
  std::optional<std::optional<std::uint32_t>> number;
  if (found.known == Known::here) number = number_of(found.seen->kept);
  // Another life of the name: what was agreed was about the one before.
  const Uid uid = found.known == Known::here ? found.seen->meta.uid : Uid();
  if (uid != entry.uid) entry = {uid};
  if (!take(entry, shown, entry.agreement.next(number, shown.size, again))) return false;
  if (!number) return true;
  const bool refused = !entry.agreement.refused().empty();
  json::Value status = status_body(*kind_, shown, entry.agreement.refused());
  if (status == entry.status) return !refused;
  if (!write(shown.key, [&] { return client_.apply_status(*kind_, shown.key, status); })) return false;
  entry.status = std::move(status);
  return !refused;
}

bool WorkloadBoard::take(Entry& entry, const WorkloadShown& shown, const SizeAgreement::Step& step) {
  if (const auto* make = std::get_if<SizeAgreement::Make>(&step)) {
    const auto body = workload_body(*kind_, shown, make->size);
    const auto uid = write(shown.key, [&] { return client_.create(*kind_, shown.key.space, body); });
    if (!uid) return false;
    entry.uid = *uid;
    entry.agreement.made(make->size);
  }
  if (const auto* size = std::get_if<SizeAgreement::Write>(&step)) {
    if (!write(shown.key, [&] { return client_.scale(*kind_, shown.key, size->size); })) return false;
    entry.agreement.wrote(size->size);
  }
  if (const auto* wish = std::get_if<SizeAgreement::Ask>(&step)) {
    const std::string why = ask_(shown.service, wish->size);
    entry.agreement.asked(why.empty(), why);
  }
  return true;
}

// The uid of what was written.
std::optional<Uid> WorkloadBoard::write(const ObjectKey& key, const std::function<Outcome<Object>()>& write) {
  const auto written = watcher_->write(key, write);
  if (written.ok()) return written->meta.uid;
  say(written.failure().what);
  return std::nullopt;
}

}  // namespace depops::agent::kubernetes
