#include "agent/kubernetes/client/client.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "agent/kubernetes/api/path.h"
#include "shared/json/parse.h"
#include "shared/json/write.h"

namespace depops::agent::kubernetes {
namespace {

constexpr unsigned kAttemptsMost = 8;

bool worth_repeating(const Failure& failure) {
  return failure.kind == FailureKind::throttled || failure.kind == FailureKind::unavailable ||
         failure.kind == FailureKind::unanswered;
}

json::Value delete_options(const DeleteTerms& terms) {
  json::Value preconditions;
  preconditions.add("uid", terms.uid.str());
  if (terms.version) preconditions.add("resourceVersion", terms.version->str());
  json::Value options;
  options.add("apiVersion", "v1").add("kind", "DeleteOptions").add("preconditions", std::move(preconditions));
  options.add("propagationPolicy", terms.propagation);
  return options;
}

}  // namespace

Client::Client(Connection& connection, FieldManager manager, ClientWorld world, ClientRules rules)
    : connection_(connection), manager_(std::move(manager)), world_(std::move(world)), rules_(rules) {}

Outcome<json::Value> Client::once(const Asked& asked, const Call& call) {
  auto outcome = connection_.exchange(call);
  if (const Lost* lost = std::get_if<Lost>(&outcome)) {
    Failure failure = failure_without_answer(asked, lost->sent, lost->why);
    if (lost->too_long && !asked.writes()) failure.kind = FailureKind::invalid;
    return failure;
  }
  const Reply& reply = std::get<Reply>(outcome);
  if (reply.status < 200 || reply.status > 299) return failure_of(asked, reply.status, reply.body, reply.retry_after);
  auto body = json::parse(reply.body);
  if (body.ok()) return std::move(*body);
  return failure_without_answer(asked, true, "the answer is no JSON (" + body.error().what + ")");
}

Outcome<json::Value> Client::call(const Asked& asked, Call call, Repeat repeat) {
  using SteadyClock = std::chrono::steady_clock;
  const auto give_up = SteadyClock::now() + rules_.patience;
  call.timeout = rules_.request;
  call.answer_max = rules_.answer_max;
  bool renewed = false;
  for (unsigned attempt = 1;; ++attempt) {
    auto outcome = once(asked, call);
    if (outcome.ok()) return outcome;
    const Failure& failure = outcome.failure();
    if (failure.kind == FailureKind::forbidden && failure.reason == "Unauthorized" && !std::exchange(renewed, true)) {
      connection_.access().refused();  // a token can expire between being read and being looked at
      continue;
    }
    const bool may = failure.kind == FailureKind::throttled || (repeat == Repeat::always && worth_repeating(failure));
    const Millis pause = backoff(attempt, failure.retry_after, world_.chance(), rules_.backoff);
    if (!may || attempt == kAttemptsMost || SteadyClock::now() + pause >= give_up || !world_.wait(pause))
      return outcome;
  }
}

Outcome<Object> Client::object(const Asked& asked, Call call, Repeat repeat) {
  auto body = this->call(asked, std::move(call), repeat);
  if (!body.ok()) return body.failure();
  return object_of(std::move(*body));
}

Outcome<Object> Client::get(const Resource& resource, const ObjectKey& key) {
  return object({"get", resource, key}, {.target = path_of(resource, key)}, Repeat::always);
}

Outcome<Page> Client::list(const Resource& resource, const Namespace& space, const LabelSelector& selector,
                           unsigned limit, const Continue& at) {
  Query query;
  query.add("limit", std::to_string(limit)).add_unless_empty("labelSelector", selector.str());
  query.add_unless_empty("continue", at.str());
  const std::string target = path_of(resource, space) + query.text();
  auto body = call({"list", resource, {space, {}}}, {.target = target}, Repeat::always);
  if (!body.ok()) return body.failure();
  const json::Value& meta = (*body)["metadata"];
  Page page{{}, ResourceVersion(meta["resourceVersion"].as_string()), Continue(meta["continue"].as_string())};
  for (const json::Value& item : (*body)["items"].items()) page.items.push_back(object_of(item));
  return page;
}

Outcome<Object> Client::create(const Resource& resource, const Namespace& space, const json::Value& object,
                               Trial trial) {
  Query asked;
  asked.add_unless_empty("dryRun", trial == Trial::yes ? "All" : "").add("fieldManager", manager_.str());
  const std::string& query = asked.text();
  const Meta meta = meta_of(object);
  return this->object({"create", resource, {space, meta.key.name}},
                      {.method = "POST",
                       .target = path_of(resource, space) + query,
                       .body = json::write(object),
                       .content_type = "application/json"},
                      Repeat::after_refusal);
}

std::optional<Failure> Client::would_refuse(const Resource& resource, const json::Value& object) {
  const auto shown = create(resource, meta_of(object).key.space, object, Trial::yes);
  if (shown.ok() || shown.failure().already_exists()) return std::nullopt;
  return shown.failure();
}

Outcome<Object> Client::apply(const Resource& resource, const ObjectKey& key, json::Value fields, Force force) {
  return apply_to(resource, key, "", std::move(fields), force);
}

Outcome<Object> Client::apply_status(const Resource& resource, const ObjectKey& key, json::Value fields) {
  return apply_to(resource, key, "status", std::move(fields), Force::yes);
}

Outcome<Object> Client::apply_to(const Resource& resource, const ObjectKey& key, const std::string& subresource,
                                 json::Value fields, Force force) {
  Query query;
  query.add("fieldManager", manager_.str()).add("force", force == Force::yes ? "true" : "false");
  return object({"patch", resource, key, subresource},
                {.method = "PATCH",
                 .target = path_of(resource, key, subresource) + query.text(),
                 .body = json::write(fields),  // JSON is YAML
                 .content_type = "application/apply-patch+yaml"},
                Repeat::always);
}

Outcome<Object> Client::patch(const Resource& resource, const ObjectKey& key, const JsonPatch& patch, Trial trial) {
  Query asked;
  asked.add_unless_empty("dryRun", trial == Trial::yes ? "All" : "").add("fieldManager", manager_.str());
  const std::string& query = asked.text();
  return object({"patch", resource, key, "", patch.tests()},
                {.method = "PATCH",
                 .target = path_of(resource, key) + query,
                 .body = json::write(patch.value()),
                 .content_type = "application/json-patch+json"},
                Repeat::after_refusal);
}

Outcome<Object> Client::scale(const Resource& resource, const ObjectKey& key, std::uint32_t replicas) {
  json::Value spec;
  spec.add("replicas", replicas);
  json::Value change;
  change.add("spec", std::move(spec));
  const std::string query = Query().add("fieldManager", manager_.str()).text();
  return object({"patch", resource, key, "scale"},
                {.method = "PATCH",
                 .target = path_of(resource, key, "scale") + query,
                 .body = json::write(change),
                 .content_type = "application/merge-patch+json"},
                Repeat::always);
}

Outcome<Object> Client::scale(const Resource& resource, const ObjectKey& key, const ScaleTerms& terms,
                              std::uint32_t replicas) {
  JsonPatch patch;
  patch.test("/metadata/uid", terms.uid.str());
  if (terms.from > 0) patch.test("/spec/replicas", terms.from);
  if (terms.from == 0) patch.test("/spec", json::Value::object());  // a Scale leaves 0 out
  patch.add("/spec/replicas", replicas);
  const std::string query = Query().add("fieldManager", manager_.str()).text();
  return object({"patch", resource, key, "scale", true},
                {.method = "PATCH",
                 .target = path_of(resource, key, "scale") + query,
                 .body = json::write(patch.value()),
                 .content_type = "application/json-patch+json"},
                Repeat::after_refusal);
}

Outcome<std::optional<Object>> Client::remove(const Resource& resource, const ObjectKey& key,
                                              const DeleteTerms& terms) {
  DEPOPS_CHECK(!terms.uid.empty());
  auto body = call({"delete", resource, key},
                   {.method = "DELETE",
                    .target = path_of(resource, key),
                    .body = json::write(delete_options(terms)),
                    .content_type = "application/json"},
                   Repeat::always);
  if (!body.ok()) return body.failure();
  if ((*body)["kind"].as_string() == "Status") return std::optional<Object>();
  return std::optional(object_of(std::move(*body)));
}

Outcome<std::string> Client::log(const Resource& pods, const ObjectKey& pod, const LogTerms& terms) {
  constexpr Millis kLogMost{5'000};
  const Asked asked{"get", pods, pod, "log"};
  Query query;
  query.add("container", terms.container).add("tailLines", std::to_string(terms.lines));
  query.add("limitBytes", std::to_string(terms.bytes)).add_unless_empty("previous", terms.previous ? "true" : "");
  const auto outcome = connection_.exchange({.target = path_of(pods, pod, "log") + query.text(),
                                             .timeout = std::min(rules_.request, kLogMost),
                                             .answer_max = std::uint64_t{terms.bytes} * 2});
  if (const Lost* lost = std::get_if<Lost>(&outcome)) return failure_without_answer(asked, lost->sent, lost->why);
  const Reply& reply = std::get<Reply>(outcome);
  if (reply.status == 200) return reply.body;
  return failure_of(asked, reply.status, reply.body, reply.retry_after);
}

Outcome<json::Value> Client::page(const std::string& path, const Asked& asked) {
  return call(asked, {.target = path}, Repeat::always);
}

Outcome<std::unique_ptr<Stream>> Client::watch(const Resource& resource, const Namespace& space,
                                               const LabelSelector& selector, const ResourceVersion& version,
                                               Millis lifetime, Breaker& breaker) {
  const Asked asked{"watch", resource, {space, {}}};
  Query query;
  query.add("watch", "true").add("allowWatchBookmarks", "true").add("resourceVersion", version.str());
  query.add("timeoutSeconds", std::to_string(std::chrono::ceil<std::chrono::seconds>(lifetime).count()));
  query.add_unless_empty("labelSelector", selector.str());
  const Call call{.target = path_of(resource, space) + query.text(), .timeout = rules_.request};
  auto outcome = connection_.open(call, breaker);
  if (const Lost* lost = std::get_if<Lost>(&outcome)) return failure_without_answer(asked, lost->sent, lost->why);
  if (const Reply* reply = std::get_if<Reply>(&outcome)) {
    if (reply->status == 401) connection_.access().refused();
    return failure_of(asked, reply->status, reply->body, reply->retry_after);
  }
  return std::get<std::unique_ptr<Stream>>(std::move(outcome));
}

}  // namespace depops::agent::kubernetes
