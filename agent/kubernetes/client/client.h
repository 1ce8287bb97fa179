#pragma once

#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "agent/kubernetes/api/backoff.h"
#include "agent/kubernetes/api/object.h"
#include "agent/kubernetes/api/outcome.h"
#include "agent/kubernetes/api/patch.h"
#include "agent/kubernetes/connection/connection.h"

namespace depops::agent::kubernetes {

struct ClientRules {
  Millis request{10'000};               // for one answer
  Millis patience{45'000};              // for one call with all its repeats; no repeat begins after it
  std::uint64_t answer_max = 16 << 20;  // bytes
  BackoffRules backoff{};
};

// What a client needs of the world besides its connection.
struct ClientWorld {
  std::function<bool(Millis)> wait;  // false: told to stop
  std::function<double()> chance;    // from 0 to 1
};

struct DeleteTerms {
  Uid uid;                                   // only this life of the name; needed
  std::optional<ResourceVersion> version{};  // and only as it was read
  std::string propagation = "Background";    // or Foreground, Orphan: what becomes of what it owns
};

// What a Deployment must still be when it is scaled.
struct ScaleTerms {
  Uid uid;                 // only this life of the name
  std::uint32_t from = 0;  // and only while this many are wished for: a write that comes late changes nothing
};

// Of the end of a container's log.
struct LogTerms {
  std::string container;
  bool previous = false;      // of its last life, before it was started again
  unsigned lines = 5;         // at most
  unsigned bytes = 64 << 10;  // at most, counted from the first of these lines
};

struct Page {
  std::vector<Object> items;
  ResourceVersion version;  // of the whole list: a watch goes on from here
  Continue next;            // empty: this was the last page
};

// The verbs of the API on objects as JSON. What only asks, and what can be said twice (apply, scale, delete with its
// uid), is repeated after 429, 5xx and a lost connection, with a growing pause; create and JSON patch only after 429,
// and otherwise say when it is not known what became of them. Thread: any.
class Client {
 public:
  Client(Connection& connection, FieldManager manager, ClientWorld world, ClientRules rules = {});

  Outcome<Object> get(const Resource& resource, const ObjectKey& key);
  // `at`: what a page list continues; the first one starts at the state of now, never of a cache.
  Outcome<Page> list(const Resource& resource, const Namespace& space, const LabelSelector& selector, unsigned limit,
                     const Continue& at = {});
  enum class Trial { no, yes };  // yes: the server only says what it would do
  Outcome<Object> create(const Resource& resource, const Namespace& space, const json::Value& object,
                         Trial trial = Trial::no);
  // What the server has against making it, as a trial tells; nothing: it would take it, or it is there already.
  std::optional<Failure> would_refuse(const Resource& resource, const json::Value& object);
  // Server-side apply: the object gets these fields and we own them; fields that we owned and no longer name go.
  // Conflict if another manager owns one with another value, unless forced.
  enum class Force { no, yes };
  Outcome<Object> apply(const Resource& resource, const ObjectKey& key, json::Value fields, Force force = Force::no);
  // The same for the status subresource, whose fields nobody but a controller writes: always forced.
  Outcome<Object> apply_status(const Resource& resource, const ObjectKey& key, json::Value fields);
  Outcome<Object> patch(const Resource& resource, const ObjectKey& key, const JsonPatch& patch,
                        Trial trial = Trial::no);
  // The scale subresource, which autoscalers use too; gives the Scale object.
  Outcome<Object> scale(const Resource& resource, const ObjectKey& key, std::uint32_t replicas);
  // Conflict if it is not as the terms say. Like a JSON patch not repeated when nobody knows what became of it.
  Outcome<Object> scale(const Resource& resource, const ObjectKey& key, const ScaleTerms& terms,
                        std::uint32_t replicas);
  // The object as it was left, which with finalizers is still there; nothing: gone.
  Outcome<std::optional<Object>> remove(const Resource& resource, const ObjectKey& key, const DeleteTerms& terms);

  // A watch from `version` on: lines of {"type", "object"}. `lifetime`: after it the server ends it.
  Outcome<std::unique_ptr<Stream>> watch(const Resource& resource, const Namespace& space,
                                         const LabelSelector& selector, const ResourceVersion& version, Millis lifetime,
                                         Breaker& breaker);
  // What a container of the pod wrote last, as it came. Asked once: the answer is only for people.
  Outcome<std::string> log(const Resource& pods, const ObjectKey& pod, const LogTerms& terms);
  // A page of the API that is no object, like its list of kinds.
  Outcome<json::Value> page(const std::string& path, const Asked& asked);

  const FieldManager& manager() const { return manager_; }
  const ClientRules& rules() const { return rules_; }

 private:
  enum class Repeat { after_refusal, always };
  Outcome<json::Value> call(const Asked& asked, Call call, Repeat repeat);
  Outcome<json::Value> once(const Asked& asked, const Call& call);
  Outcome<Object> apply_to(const Resource& resource, const ObjectKey& key, const std::string& subresource,
                           json::Value fields, Force force);
  Outcome<Object> object(const Asked& asked, Call call, Repeat repeat);

  Connection& connection_;
  FieldManager manager_;
  ClientWorld world_;
  ClientRules rules_;
};

}  // namespace depops::agent::kubernetes
