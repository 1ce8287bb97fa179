#include "agent/kubernetes/jobs/errand.h"

#include <algorithm>
#include <utility>

#include "agent/kubernetes/api/labels.h"
#include "agent/kubernetes/jobs/job_state.h"
#include "agent/kubernetes/manifests/edit.h"
#include "agent/kubernetes/manifests/parts.h"

namespace depops::agent::kubernetes {
namespace {

using rollout::HookOutcome;

constexpr unsigned kPodsMost = 50;

json::Value of_job(const json::Value& attachment, const ObjectKey& job, const Uid& uid) {
  json::Value reference;
  reference.add("apiVersion", "batch/v1").add("kind", "Job").add("name", job.name.str()).add("uid", uid.str());
  return with(attachment, {"metadata", "ownerReferences"}, json::Value::array().push(std::move(reference)));
}

std::string seconds(Millis time) {
  return std::to_string(std::chrono::ceil<std::chrono::seconds>(time).count()) + " s";
}

}  // namespace

Errand::Errand(Connection& connection, const JobNotes& notes, JobObjects objects, const Patience& patience,
               ErrandRules rules)
    : notes_(notes),
      objects_(std::move(objects)),
      key_{Namespace(objects_.job["metadata"]["namespace"].as_string()),
           ObjectName(objects_.job["metadata"]["name"].as_string())},
      patience_(patience),
      rules_(rules),
      client_(connection, kOurManager,
              {[&patience](Millis time) { return patience.wait(time, Wish::stay); }, [] { return 0.5; }}),
      closing_(connection, kOurManager,
               {[&patience](Millis time) { return patience.wait(time, Wish::end); }, [] { return 0.5; }}) {}

Errand::Fact Errand::fact(HookOutcome outcome, const std::string& text) const {
  return {0, outcome, "Job " + key_.name.str() + " " + text};
}

rollout::HookFact Errand::carry_out(Millis timeout) {
  const auto begun = SteadyClock::now();
  uid_ = notes_.find(key_.name);
  for (Millis pause = rules_.first_look;; pause = std::min(pause * 3 / 2, rules_.longest_pause)) {
    if (patience_.wish() == Wish::stay) {
      if (auto end = uid_ ? std::nullopt : make()) return *end;
      if (auto end = uid_ && !attached_ ? attach() : std::nullopt) return *end;
      if (auto end = uid_ ? look() : std::nullopt) return *end;
    }
    const auto left = std::chrono::ceil<Millis>(begun + timeout - SteadyClock::now());
    if (left <= Millis(0) && (trouble_.empty() || left <= -rules_.beyond_limit)) return past_limit(timeout);
    const Millis next = left > Millis(0) ? std::min(pause, left) : pause;
    if (!patience_.wait(next, Wish::stay)) return wanted_away();
  }
}

// The name says which run it is: one that stands there already was begun for it, or is somebody else's.
std::optional<Errand::Fact> Errand::make() {
  const auto made = client_.create(jobs(), key_.space, objects_.job);
  if (made.ok()) return begun(made->meta.uid);
  const Failure& failure = made.failure();
  unsure_ = unsure_ || failure.may_have_happened;
  if (failure.already_exists()) return take_over();
  if (failure.is_final()) return fact(HookOutcome::no_end, "can not be made: " + failure.what);
  trouble_ = failure.what;
  return std::nullopt;
}

std::optional<Errand::Fact> Errand::take_over() {
  const auto there = client_.get(jobs(), key_);
  if (!there.ok()) {
    trouble_ = there.failure().what;
    return std::nullopt;
  }
  if (is_same_run(there->body, objects_.job)) return begun(there->meta.uid);
  return fact(HookOutcome::no_end, "is there already and is not this run's (its annotation " +
                                       std::string(kRunAnnotation) +
                                       " or what it was made of says so); whoever made it removes it, then try again");
}

std::optional<Errand::Fact> Errand::begun(const Uid& uid) {
  uid_ = uid;
  unsure_ = false;
  trouble_.clear();
  notes_.keep(key_.name, uid);
  return std::nullopt;
}

std::optional<Errand::Fact> Errand::attach() {
  for (const json::Value& attachment : objects_.attachments) {
    const Resource kind = resource_of(attachment);
    const auto made = client_.create(kind, key_.space, of_job(attachment, key_, *uid_));
    if (made.ok()) continue;
    if (!made.failure().already_exists()) return trouble_ = made.failure().what, std::nullopt;
    const ObjectKey key{key_.space, ObjectName(attachment["metadata"]["name"].as_string())};
    const auto there = client_.get(kind, key);
    if (!there.ok()) return trouble_ = there.failure().what, std::nullopt;
    const json::Value& content = at(there->body, {"metadata", "annotations", kContentAnnotation});
    if (content == at(attachment, {"metadata", "annotations", kContentAnnotation})) continue;
    end_it();
    return fact(HookOutcome::no_end, "was ended: its " + kind.kind + " " + key.name.str() +
                                         " is there already and holds something else; whoever made it removes it");
  }
  attached_ = true;
  trouble_.clear();
  return std::nullopt;
}

std::optional<Errand::Fact> Errand::look() {
  const auto there = client_.get(jobs(), key_);
  const bool gone = !there.ok() && there.failure().not_found();
  if (gone || (there.ok() && there->meta.uid != *uid_))
    return fact(HookOutcome::unknown, "was removed by somebody before its end was seen");
  if (!there.ok()) {
    trouble_ = there.failure().what;
    return std::nullopt;
  }
  if (attached_) trouble_.clear();
  switch (phase_of(there->body)) {
    case JobPhase::running:
      return std::nullopt;
    case JobPhase::complete:
      return fact(HookOutcome::done, "is complete");
    case JobPhase::failed:
      return fact(HookOutcome::failed, "has failed" + said_by_pods());
    case JobPhase::out_of_time:
      break;
  }
  Fact end = fact(HookOutcome::no_end, "was not complete within its limit" + said_by_pods() + "; it was ended");
  end_it();
  return end;
}

Errand::Fact Errand::past_limit(Millis timeout) {
  if (!uid_ && !unsure_)
    return fact(HookOutcome::no_end, "could not be made within " + seconds(timeout) + ": " + trouble_);
  if (!trouble_.empty() && (!uid_ || attached_))
    return fact(HookOutcome::unknown, "is not known to have ended within " + seconds(timeout) + ": " + trouble_);
  const std::string why = attached_ ? said_by_pods() : ": " + trouble_;
  Fact end = fact(HookOutcome::no_end, "was not complete within " + seconds(timeout) + why + "; it was ended");
  end_it();
  return end;
}

Errand::Fact Errand::wanted_away() {
  if (patience_.wish() == Wish::go) return {};
  if (!uid_ && unsure_) {
    const auto there = closing_.get(jobs(), key_);
    if (there.ok() && is_same_run(there->body, objects_.job)) uid_ = there->meta.uid;
  }
  end_it();
  return fact(HookOutcome::no_end, "was ended before it was complete");
}

// With its pods, so that it has no effect any more when this returns; a node that does not answer keeps nobody waiting
// for ever.
void Errand::end_it() {
  if (!uid_) return;
  unsure_ = false;
  DeleteTerms terms{*uid_};
  terms.propagation = "Foreground";
  while (true) {
    const auto removed = closing_.remove(jobs(), key_, terms);
    if (removed.ok()) break;
    const FailureKind kind = removed.failure().kind;
    if (kind == FailureKind::not_found || kind == FailureKind::conflict || removed.failure().is_final()) break;
    if (!patience_.wait(rules_.longest_pause, Wish::end)) return;
  }
  const auto give_up = SteadyClock::now() + rules_.until_gone;
  while (SteadyClock::now() < give_up) {
    const auto there = closing_.get(jobs(), key_);
    if (!there.ok() && there.failure().not_found()) return;
    if (there.ok() && there->meta.uid != *uid_) return;
    if (!patience_.wait(rules_.first_look, Wish::end)) return;
  }
}

std::string Errand::said_by_pods() {
  const auto page = closing_.list(kPods, key_.space, LabelSelector("job-name=" + key_.name.str()), kPodsMost);
  if (!page.ok()) return "";
  const json::Value* pod = telling_pod(page->items);
  if (pod == nullptr) return "; it has no pod";
  const PodTold told = told_by(*pod);
  if (told.text.empty()) return "";
  return ": " + told.text + (told.voice ? log_of(meta_of(*pod).key, *told.voice) : "");
}

std::string Errand::log_of(const ObjectKey& pod, const Voice& voice) {
  const auto log = closing_.log(kPods, pod, {voice.container, voice.previous});
  if (!log.ok()) return words_of_failure(log.failure());
  return is_lost(*log) ? "" : words_of_log(*log);
}

}  // namespace depops::agent::kubernetes
