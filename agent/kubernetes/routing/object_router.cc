#include "agent/kubernetes/routing/object_router.h"

#include <algorithm>
#include <optional>
#include <thread>
#include <utility>

#include "agent/kubernetes/routing/sights.h"
#include "agent/kubernetes/routing/version_service.h"
#include "shared/threads/mailbox.h"

namespace depops::agent::kubernetes {
namespace {

constexpr Millis kPace{200};
constexpr Millis kMaxPause{5'000};  // between tries when the server does not answer
constexpr Millis kPatience{2'000};  // of one call with its repeats: facts are due meanwhile

class ObjectRouter : public Router {
 public:
  ObjectRouter(ObjectRouterSettings settings, std::unique_ptr<Dialect> dialect, Connection& connection,
               const ports::Clock& clock)
      : settings_(std::move(settings)),
        dialect_(std::move(dialect)),
        clock_(clock),
        client_(connection, settings_.manager, {[this](Millis time) { return box_.rest(time); }, [] { return 0.5; }},
                {.request = Millis(5'000), .patience = kPatience}),
        discovery_(client_),
        sights_(settings_, *dialect_, connection, [this] { box_.ring(); }) {}
  ~ObjectRouter() override { halt(); }

  RouterCapabilities capabilities() const override { return dialect_->capabilities(); }

  void start(std::function<void(RouterFacts)> read) override {
    read_ = std::move(read);
    worker_ = std::thread([this] { work(); });
  }

  void apply(RouterOrders orders) override { box_.give(std::move(orders)); }

  void stop() override { halt(); }

 private:
  void halt() {
    box_.close();
    if (worker_.joinable()) worker_.join();
  }

  void work() {
    while (take_orders()) {
      const Result<void> done = turn();
      pause_ = done.ok() && !failed_ ? kPace : std::clamp(pause_ * 2, kPace, kMaxPause);
      if (!done.ok()) report({0, clock_.now().wall, false, done.error().what, {}, {}});
    }
  }

  bool take_orders() {
    auto mail = box_.wait(pause_);
    changed_ = mail.rung || mail.value;
    if (mail.value) {
      if (mail.value->seq != orders_.seq) {
        for (auto& [service, memory] : memories_) memory.force = true;
      }
      orders_ = std::move(*mail.value);
    }
    return !mail.over;
  }

  Result<void> turn() {
    DEPOPS_TRY_VOID(sights_.open(discovery_));
    DEPOPS_TRY(const bool known, sights_.known());
    if (!known) return {};
    if (!changed_ && is_quiet()) {
      RouterFacts same = last_;
      same.at = clock_.now().wall;
      return report(std::move(same)), Result<void>();
    }
    // Without orders nothing is known that would be better than what is there.
    RouterFacts facts{orders_.seq, {}, true, "", {}, {}};
    busy_ = failed_ = false;
    for (const ServiceRoute& route : orders_.routes) facts.services.push_back(carry_out(route));
    facts.at = clock_.now().wall;
    report(std::move(facts));
    return {};
  }

  // Nothing is waited for, so that without news all is as it was.
  bool is_quiet() const {
    return !busy_ && last_.reachable &&
           std::all_of(last_.services.begin(), last_.services.end(),
                       [](const auto& traffic) { return traffic.settled && traffic.trouble.empty(); });
  }

  void report(RouterFacts facts) {
    last_ = facts;
    read_(std::move(facts));
  }

  ServiceTraffic carry_out(const ServiceRoute& route) {
    const auto binding = settings_.bindings.find(route.service);
    if (binding == settings_.bindings.end()) {
      ServiceTraffic unbound;
      unbound.service = route.service;
      unbound.settled = false;
      unbound.trouble = "service " + route.service.str() + " is bound to no " + sights_.kind().kind +
                        "; name one in the agent's settings";
      return unbound;
    }
    const Subject subject{sights_.kind().kind, settings_.space, settings_.manager};
    Memory& memory = memories_[route.service];
    const Situation situation = sights_.of(route.service, binding->second, route);
    Decision decision = decide(*dialect_, subject, binding->second, route, situation, memory, clock_.now());
    busy_ = busy_ || !decision.make.empty() || decision.change || !decision.remove.empty() || decision.remove_own;
    std::string trouble;
    for (const SetId& set : decision.make) tell(make_service(binding->second, route.service, set), memory, trouble);
    if (decision.change) tell(write(binding->second, situation, *decision.change, memory), memory, trouble);
    if (decision.remove_own) tell(remove_own(situation), memory, trouble);
    for (const Meta& meta : decision.remove) tell(remove_service(meta), memory, trouble);
    failed_ = failed_ || !trouble.empty();
    if (decision.traffic.trouble.empty()) decision.traffic.trouble = trouble;
    return std::move(decision.traffic);
  }

  static void tell(const std::optional<Failure>& failure, Memory& memory, std::string& trouble) {
    if (failure && trouble.empty()) trouble = not_written(memory, *failure);
  }

  std::optional<Failure> make_service(const Binding& binding, const ServiceName& service, const SetId& set) {
    const ObjectKey key{settings_.space, ObjectName(set.str())};
    const auto made = sights_.services().write(key, [&] {
      return client_.apply(kServices, key, version_service(binding, settings_.space, service, set), Client::Force::yes);
    });
    return made.ok() ? std::nullopt : std::optional(made.failure());
  }

  std::optional<Failure> write(const Binding& binding, const Situation& situation, const Change& change,
                               Memory& memory) {
    const ObjectKey key{settings_.space, binding.object};
    if (change.needed) {
      const auto answer =
          sights_.objects().write(key, [&] { return client_.patch(sights_.kind(), key, change.patch); });
      if (!answer.ok()) return answer.failure();
    }
    if (change.own) {
      auto failure = write_own(situation, *change.own);
      if (failure) return failure;
    }
    written(memory, change.fields);
    return std::nullopt;
  }

  std::optional<Failure> write_own(const Situation& situation, const OwnChange& change) {
    if (change.act == OwnChange::Act::remove) return remove_own(situation);
    const Resource& kind = sights_.beside_kind();
    const bool makes = change.act == OwnChange::Act::make;
    const ObjectKey key{settings_.space, ObjectName(makes ? change.object["metadata"]["name"].as_string()
                                                          : situation.beside.own->meta.key.name.str())};
    const auto answer = sights_.beside().write(key, [&] {
      if (!makes) return client_.patch(kind, key, change.patch);
      json::Value object = change.object;
      object.add("apiVersion", api_version_of(kind)).add("kind", kind.kind);
      return client_.create(kind, settings_.space, object);
    });
    return answer.ok() ? std::nullopt : std::optional(answer.failure());
  }

  std::optional<Failure> remove_own(const Situation& situation) {
    const Meta& meta = situation.beside.own->meta;
    const auto gone = sights_.beside().remove(meta.key, meta.uid, [&] {
      return client_.remove(sights_.beside_kind(), meta.key, {meta.uid, meta.version});
    });
    if (gone.ok() || gone.failure().not_found()) return std::nullopt;
    return gone.failure();
  }

  std::optional<Failure> remove_service(const Meta& meta) {
    const auto gone = sights_.services().remove(meta.key, meta.uid, [&] {
      return client_.remove(kServices, meta.key, {meta.uid, meta.version});
    });
    if (gone.ok() || gone.failure().not_found()) return std::nullopt;
    return gone.failure();
  }

  const ObjectRouterSettings settings_;
  const std::unique_ptr<Dialect> dialect_;
  const ports::Clock& clock_;
  std::function<void(RouterFacts)> read_;

  Mailbox<RouterOrders> box_;

  // The worker's own.
  Client client_;
  Discovery discovery_;
  RouterOrders orders_;
  bool changed_ = false;  // something is new since the last turn
  bool busy_ = false;     // the last turn wrote something
  bool failed_ = false;   // and it was not taken
  RouterFacts last_;
  std::map<ServiceName, Memory> memories_;
  Millis pause_ = Millis(0);
  Sights sights_;
  std::thread worker_;
};

}  // namespace

std::unique_ptr<Router> make_object_router(ObjectRouterSettings settings, std::unique_ptr<Dialect> dialect,
                                           Connection& connection, const ports::Clock& clock) {
  return std::make_unique<ObjectRouter>(std::move(settings), std::move(dialect), connection, clock);
}

}  // namespace depops::agent::kubernetes
