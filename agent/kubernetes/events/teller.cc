#include "agent/kubernetes/events/teller.h"

#include <utility>

namespace depops::agent::kubernetes {
namespace {

constexpr Millis kRequestMost{5'000};
constexpr Millis kPatience{10'000};  // for one event with all its repeats
constexpr Millis kFirstLook{500};    // what the event stands beside is looked for again after this, then twice as late
constexpr Millis kLastLook{16'000};

ClientRules rules() {
  ClientRules rules;
  rules.request = kRequestMost;
  rules.patience = kPatience;
  return rules;
}

}  // namespace

EventTeller::EventTeller(TellerSettings settings, Access& access, const ports::Clock& clock,
                         std::function<double()> chance)
    : settings_(std::move(settings)),
      clock_(clock),
      connection_(access, clock),
      client_(connection_, kOurManager, {[this](Millis time) { return pause(time); }, std::move(chance)}, rules()),
      discovery_(client_),
      tally_(settings_.tally) {
  thread_ = std::thread([this] { run(); });
}

EventTeller::~EventTeller() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  news_.notify_all();
  thread_.join();
}

bool EventTeller::pause(Millis time) {
  std::unique_lock lock(mutex_);
  return !news_.wait_for(lock, time, [this] { return stop_; });
}

void EventTeller::look(const SiteView& view) {
  {
    const std::lock_guard lock(mutex_);
    for (Announcement& said : announcer_.look(view)) waiting_.push_back(std::move(said));
    while (waiting_.size() > settings_.waiting_max) waiting_.pop_front();
    if (waiting_.empty()) return;
  }
  news_.notify_all();
}

std::string EventTeller::trouble() const {
  const std::lock_guard lock(mutex_);
  return trouble_;
}

void EventTeller::run() {
  std::unique_lock lock(mutex_);
  while (true) {
    news_.wait(lock, [this] { return stop_ || !waiting_.empty(); });
    if (stop_) return;
    const Announcement said = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    write(said);
    lock.lock();
  }
}

void EventTeller::write(const Announcement& said) {
  const EventStep step = tally_.step(said, clock_.now());
  if (std::holds_alternative<Leave>(step)) return;
  const auto events = kind();
  std::string trouble;
  if (!events.ok()) {
    trouble = events.failure().what;
  } else if (const auto* up = std::get_if<CountUp>(&step)) {
    trouble = count(*events, said, *up);
  } else {
    trouble = write_new(*events, said);
  }
  const std::lock_guard lock(mutex_);
  trouble_ = trouble.empty() ? "" : "what happens to services is not written as events: " + trouble;
}

std::string EventTeller::write_new(const Resource& kind, const Announcement& said) {
  const auto beside = regarding_soon(said);
  if (!beside.ok() && beside.failure().not_found())
    return "there is neither a Workload nor a Deployment of " + said.service.str();
  if (!beside.ok()) return beside.failure().what;
  const Moment now = clock_.now();
  const EventTold told{event_name(said.service, now.wall, ++number_), settings_.site, said, *beside, now.wall};
  const auto written = client_.create(kind, settings_.space, event_body(kind, told));
  if (!written.ok()) return written.failure().what;
  tally_.wrote(said, told.name, now);
  return "";
}

// Servers forget events after an hour.
std::string EventTeller::count(const Resource& kind, const Announcement& said, const CountUp& step) {
  const auto written =
      client_.patch(kind, {settings_.space, step.event}, count_up(kind, step.count, clock_.now().wall));
  if (written.ok()) return "";
  if (!written.failure().not_found()) return written.failure().what;
  tally_.lost(step.event);
  return write_new(kind, said);
}

Outcome<Resource> EventTeller::kind() {
  auto found = discovery_.find(new_events());
  return found.ok() || !found.failure().not_found() ? found : discovery_.find(core_events());
}

// A rollout begins before there is a Deployment of its version.
Outcome<Regarding> EventTeller::regarding_soon(const Announcement& said) {
  for (Millis wait = kFirstLook;; wait *= 2) {
    auto beside = regarding(said);
    const bool missing = !beside.ok() && beside.failure().not_found();
    if (!missing || said.set.empty() || wait > kLastLook || !pause(wait)) return beside;
  }
}

Outcome<Regarding> EventTeller::regarding(const Announcement& said) {
  const Wanted workloads{ApiGroup("depops.io"), Plural("workloads"), {ApiVersion("v1")}};
  const Wanted deployments{ApiGroup("apps"), Plural("deployments"), {ApiVersion("v1")}};
  auto workload = object(workloads, said.service.str());
  return workload.ok() || said.set.empty() ? workload : object(deployments, said.set.str());
}

Outcome<Regarding> EventTeller::object(const Wanted& wanted, const std::string& name) {
  const auto kind = discovery_.find(wanted);
  if (!kind.ok()) return kind.failure();
  const auto found = client_.get(*kind, {settings_.space, ObjectName(name)});
  if (!found.ok()) return found.failure();
  return Regarding{*kind, found->meta.key, found->meta.uid};
}

}  // namespace depops::agent::kubernetes
