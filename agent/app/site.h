#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "agent/app/turn.h"
#include "shared/sync/outbox.h"
#include "shared/sync/progress.h"

// What an Agent holds and how it works; the public face is agent.h.
namespace depops::agent {

class Agent::Site {
 public:
  Site(Settings settings, Loaded loaded, const Moment& now);

  Output step(const Input& input, const Moment& now);
  bool busy() const noexcept;
  TimeReading time(const Moment& now) const { return timing_.clock.read(now); }

 private:
  using Service = ServiceCourse;
  using Turn = StepTurn;

  // Inputs (agent.cc, talk.cc, local.cc).
  void on(Turn& turn, const Tick& tick);
  void on(Turn& turn, const RuntimeFacts& facts);
  void on(Turn& turn, const RouterFacts& facts);
  void on(Turn& turn, const ArtifactFacts& facts);
  void on(Turn& turn, const Measured& measured);
  void on(Turn& turn, const DesiredArrived& arrived);
  void on(Turn& turn, const HubSeen& seen);
  void on(Turn& turn, const LinkChanged& link);
  void on(Turn& turn, const FromHub& message);
  void on(Turn& turn, const EntriesSent& sent);
  void on(Turn& turn, const Pruned& pruned);
  void on(Turn& turn, const LocalVerb& verb);
  void on(Turn& turn, const StatusAsked& asked);
  void on(Turn& turn, const StorageSeen& seen);
  void on(Turn& turn, const FrameDropped& dropped);
  void on(Turn& turn, const HookFacts& facts);
  void on(Turn& turn, const TakenOver& taken);
  // accept.cc: which desired state is obeyed.
  std::optional<rollout::DesiredRefused> objection(const DesiredArrived& arrived, const Moment& now) const;
  bool is_held(const DesiredArrived& arrived) const;
  void refuse(Turn& turn, rollout::DesiredRefused refused);
  void accept(Turn& turn, const DesiredArrived& arrived);
  // trust.cc: what a pinned trust root allows.
  Generation newest_before() const;
  std::optional<rollout::DesiredRefused> distrust(Turn& turn, const DesiredArrived& arrived);
  std::optional<trust::Refused> believe(Turn& turn, const Evidence& evidence);
  void keep(Turn& turn, const trust::Accepted& accepted);
  trust::Here here(const DesiredArrived& arrived, const Moment& now) const;
  trust::Presented own_view(const trust::Presented& presented, const sync::Desired& desired) const;
  bool would_begin(const sync::Target& target) const;
  bool was_stable_here(const ServiceName& service, const rollout::Plan& plan) const;
  const trust::SignedRoot& root() const;
  void obey(Turn& turn, const sync::Desired& desired);
  void take_target(Turn& turn, const sync::Target& target);
  void scale_service(Turn& turn, Service& service, const sync::Target& target);
  void refuse_commands(Turn& turn, Service& service, const sync::Target& target);
  void answer_waiting(Turn& turn, Service& service, const sync::Target& target);
  // services.cc: machines and orders.
  rollout::Decision decide(Turn& turn, Service& service, const rollout::Event& event);
  void absorb(Turn& turn, Service& service, rollout::Decision& decision);
  bool is_allowed(const rollout::Event& event, const rollout::Decision& decision) const;
  rollout::DesiredRefused why_held(const Moment& now, Generation generation) const;
  bool only_observes() const { return storage_ == Storage::gone || spool_.room() == Room::full; }
  void weigh_spool(Turn& turn);
  void observe_all(Turn& turn);
  void look_first(Turn& turn);
  void order(Turn& turn);
  void order_runtime(Turn& turn);
  void prune(Turn& turn, RuntimeOrders& orders);
  void remember_removal(Turn& turn, const LeftBehind& left);
  void order_router(Turn& turn);
  void order_hooks(Turn& turn);  // hooks.cc
  void want(Turn& turn);
  void measure(Turn& turn);
  Service& service_of(const ServiceName& name);
  Records records() const;
  World world() const;
  // talk.cc: streams and the rest of what the hub hears.
  void write(Turn& turn, rollout::Report report);
  void write(Turn& turn, audit::Leaf leaf);
  void bury(Turn& turn, const std::optional<sync::Progress::Row>& superseded);
  void send(Turn& turn);
  void hello(Turn& turn, bool with_document = false);
  void tell(Turn& turn);
  sync::Telemetry telemetry(const Moment& now) const;
  void acknowledged(Turn& turn, const sync::Ack& ack);
  // identity.cc: whether this is the only host that speaks for the site.
  void take(Turn& turn, const sync::Welcome& welcome, Instant at);
  void take(Turn& turn, const sync::Freeze& freeze);
  bool hello_is_due(const Moment& now) const;
  void note(Turn& turn, const char* action, const char* kind, std::string text);
  // time.cc: what time it is, and what may not begin while nobody vouches for it.
  void read_time(Turn& turn);
  void hear_time(Turn& turn, Instant hub);
  void watch_time(Turn& turn);
  bool awaits_time() const;
  bool waits_for_time(const DesiredArrived& arrived, const std::string& refusal);
  bool lacks_time(const ServiceName& service, const rollout::Plan& plan) const;
  void hold_back(Turn& turn, const DesiredArrived& arrived);
  void attend(Turn& turn);
  std::string why_no_time() const;
  std::string clock_text() const;
  void judge(Turn& turn, const DesiredArrived& arrived);  // accept.cc
  // facts.cc: what the site knows about its services.
  sync::Facts facts(const Moment& now) const;
  void answer(Turn& turn, const sync::InventoryAsk& ask);
  void answer(Turn& turn, const sync::SnapshotAsk& ask);
  // local.cc
  void roll_back(Turn& turn, Service& service, const LocalVerb& verb);

  Settings settings_;
  SiteState site_;
  TrustState trust_;
  bool damage_told_ = false, skipped_told_ = false;  // skipped: which checks of trust there was nothing for
  std::string held_;                                 // exact bytes of the desired document
  Digest held_digest_;   // of its body; empty: not known, for it was not read since the start
  std::string damaged_;  // which rows of the journal are not as they were written; only what is safe is done then
  std::map<ServiceName, Service> services_;
  sync::Outbox outbox_;
  Spool spool_;
  sync::Progress progress_;
  Timing timing_;
  Storage storage_ = Storage::ok;

  std::optional<RuntimeFacts> runtime_;
  std::optional<RouterFacts> router_;
  std::map<Digest, ArtifactFacts> artifacts_;
  RuntimeOrders runtime_orders_;
  RouterOrders router_orders_;
  std::vector<ArtifactRef> wanted_;
  HookOrders hook_orders_;
  std::map<ServiceName, std::vector<rollout::HookFact>> hooks_;
  bool hooks_given_ = false, hooks_dirty_ = true;
  bool looked_ = false;                                                   // at the world, after the start
  bool runtime_dirty_ = true, router_dirty_ = true, wants_dirty_ = true;  // orders may have changed
  bool runtime_given_ = false, router_given_ = false;
  std::uint64_t order_sum_ = 0;  // of the records' `order`: raised means the router's orders are given again
  Stamp started_;
  bool connected_ = false;
  bool hub_there_ = false;  // as the hub said last on this link; its word can come before the session is committed
  bool sending_ = false;    // a SendEntries waits for its EntriesSent
  bool overtaken_ = false;  // what it sent counts for nothing: the outbox moved meanwhile
  bool stalled_ = false;    // sending waits for the next tick
  Sequence sending_first_;
  std::optional<Stamp> hello_at_;
  Speaking speaking_;
  std::optional<rollout::DesiredRefused> last_refused_;
  std::uint64_t frames_dropped_ = 0;  // since the last leaf about them
  std::optional<Stamp> dropped_told_at_;
};

}  // namespace depops::agent
