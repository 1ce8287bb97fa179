#include "agent/driver/driver.h"

#include <atomic>
#include <thread>
#include <utility>

#include "agent/driver/effects.h"
#include "agent/driver/last_seen.h"
#include "agent/driver/writer.h"
#include "shared/threads/queue.h"
#include "shared/threads/tickets.h"

namespace depops::agent {
namespace {

constexpr std::size_t kInputsMax = 256;
constexpr Millis kStepBudget{5};
constexpr Millis kTickBusy{200};
constexpr Millis kTickIdle{2'000};
constexpr Millis kPruneEvery{60'000};
constexpr std::chrono::seconds kAnswerWait{10};

using Item = std::variant<Input, Rebirth>;

}  // namespace

class Driver::Body {
 public:
  Body(Settings settings, Parts parts)
      : settings_(std::move(settings)),
        parts_(std::move(parts)),
        effects_(parts_, verbs_, views_, [this](Input input) { queue_.push(std::move(input)); }) {}

  ~Body() { stop(); }

  Result<void> start(const std::function<void(const std::string&)>& again) {
    DEPOPS_TRY(Loaded loaded, parts_.journal.load());
    const std::string desired = loaded.desired;
    Writer::Ways ways{[this](Input input) { queue_.push(std::move(input)); },
                      [this](Rebirth rebirth) { queue_.push(std::move(rebirth)); }};
    writer_.emplace(parts_, effects_, std::move(ways), loaded.incarnation);
    agent_.emplace(settings_, std::move(loaded), parts_.clock.now());
    queue_.push(Input(Tick{}));
    if (!desired.empty()) again(desired);
    writer_thread_ = std::thread([this] { writer_->run(); });
    start_parts();
    loop_thread_ = std::thread([this] { loop(); });
    return {};
  }

  void post(Input input) { queue_.push(std::move(input)); }

  void link(bool connected) {
    if (connected) return writer_->push(Connected{});
    queue_.push(Input(LinkChanged{false}));
  }

  Result<AnswerVerb> ask(LocalVerb verb) {
    auto [ticket, answer] = verbs_.open();
    verb.ticket = ticket;
    queue_.push(Input(std::move(verb)));
    return wait_for(verbs_, ticket, std::move(answer));
  }

  Result<SiteView> status() {
    auto [ticket, answer] = views_.open();
    queue_.push(Input(StatusAsked{ticket}));
    return wait_for(views_, ticket, std::move(answer));
  }

  void stop() {
    if (!loop_thread_.joinable()) return;
    queue_.close();
    loop_thread_.join();
    writer_->close();
    writer_thread_.join();
    parts_.hooks.stop();
    parts_.metrics.stop();
    parts_.artifacts.stop();
    parts_.router.stop();
    parts_.runtime.stop();
  }

 private:
  void start_parts() {
    parts_.runtime.start([this](RuntimeFacts facts) { queue_.push(Input(std::move(facts))); });
    parts_.router.start([this](RouterFacts facts) { queue_.push(Input(std::move(facts))); });
    parts_.artifacts.start([this](ArtifactFacts facts) { queue_.push(Input(std::move(facts))); });
    parts_.hooks.start([this](HookFacts facts) { queue_.push(Input(std::move(facts))); });
    parts_.metrics.start([this](Measured measured) { queue_.push(Input(std::move(measured))); });
  }

  template <typename Answer>
  Result<Answer> wait_for(Tickets<Answer>& tickets, std::uint64_t ticket, std::future<Answer> answer) {
    if (answer.wait_for(kAnswerWait) == std::future_status::ready) return answer.get();
    tickets.give_up(ticket);
    return Error{Errc::unavailable, "the agent did not answer within 10 s; is its disk stuck?"};
  }

  void loop() {
    while (!queue_.finished()) {
      const Millis pace = agent_->busy() ? kTickBusy : kTickIdle;
      const Millis since = parts_.clock.now().boottime - ticked_at_;
      auto items = queue_.take(std::clamp(pace - since, Millis(0), pace), kInputsMax);
      Turn turn{life_, {}};
      work_off(turn, std::move(items));
      if (parts_.clock.now().boottime - ticked_at_ >= pace) tick(turn);
      if (!turn.outputs.empty()) writer_->push(std::move(turn));
      prune_if_due();
    }
  }

  void work_off(Turn& turn, std::vector<Item> items) {
    const Millis began = parts_.clock.now().boottime;
    for (std::size_t i = 0; i < items.size(); ++i) {
      if (auto* rebirth = std::get_if<Rebirth>(&items[i])) {
        be_reborn(turn, std::move(*rebirth));
      } else {
        step(turn, std::get<Input>(items[i]));
      }
      if (parts_.clock.now().boottime - began < kStepBudget) continue;
      std::vector<Item> rest(std::make_move_iterator(items.begin() + static_cast<std::ptrdiff_t>(i) + 1),
                             std::make_move_iterator(items.end()));
      return queue_.give_back(std::move(rest));
    }
  }

  void step(Turn& turn, const Input& input) {
    seen_.note(input);
    const Moment now = parts_.clock.now();
    Output output = agent_->step(input, now);
    if (parts_.skew) parts_.skew(agent_->time(now).skew);
    if (output.batch.site) acked_ = *output.batch.site;
    if (!output.batch.empty() || !output.effects.empty()) turn.outputs.push_back(std::move(output));
  }

  void tick(Turn& turn) {
    ticked_at_ = parts_.clock.now().boottime;
    step(turn, Tick{});
  }

  void be_reborn(Turn& turn, Rebirth rebirth) {
    life_ = rebirth.life;
    turn = Turn{life_, {}};
    agent_.emplace(settings_, std::move(rebirth.loaded), parts_.clock.now());
    step(turn, StorageSeen{rebirth.storage});
    for (const Input& input : seen_.all()) step(turn, input);
    tick(turn);
  }

  void prune_if_due() {
    const Moment now = parts_.clock.now();
    if (now.boottime - pruned_at_ < kPruneEvery) return;
    pruned_at_ = now.boottime;
    const Instant at = agent_->time(now).at;
    writer_->push(PruneDue{sync::Stream::events, acked_.events_acked, at});
    writer_->push(PruneDue{sync::Stream::audit, acked_.audit_acked, at});
  }

  Settings settings_;
  Parts parts_;
  Tickets<AnswerVerb> verbs_;
  Tickets<SiteView> views_;
  Queue<Item> queue_;
  Effects effects_;
  std::optional<Writer> writer_;
  std::optional<Agent> agent_;
  LastSeen seen_;
  SiteState acked_;
  std::uint64_t life_ = 1;
  Millis ticked_at_{0};
  Millis pruned_at_{0};
  std::thread writer_thread_;
  std::thread loop_thread_;
};

Driver::Driver(Settings settings, Parts parts) : body_(std::make_unique<Body>(std::move(settings), std::move(parts))) {}
Driver::~Driver() = default;

Result<void> Driver::start(const std::function<void(const std::string&)>& again) { return body_->start(again); }
void Driver::post(Input input) { body_->post(std::move(input)); }
void Driver::link(bool connected) { body_->link(connected); }
Result<AnswerVerb> Driver::ask(LocalVerb verb) { return body_->ask(std::move(verb)); }
Result<SiteView> Driver::status() { return body_->status(); }
void Driver::stop() { body_->stop(); }

}  // namespace depops::agent
