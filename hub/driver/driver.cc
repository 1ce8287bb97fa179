#include "hub/driver/driver.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <thread>
#include <utility>
#include <variant>

#include "hub/driver/backlog.h"
#include "hub/driver/writer.h"
#include "shared/threads/queue.h"
#include "shared/threads/tickets.h"

namespace depops::hub {
namespace {

constexpr std::size_t kInputsMax = 256;
constexpr Millis kStepBudget{5};
constexpr Millis kIdleWait{1'000};
constexpr std::size_t kQueueMax = 20'000;
constexpr std::size_t kQueueBytesMax = 64 << 20;
constexpr std::size_t kBacklogBytes = 32 << 20;
constexpr std::size_t kBatchBytes = 4 << 20;
constexpr std::size_t kInputBytes = 1'024;  // what an input costs besides its payload
constexpr std::chrono::seconds kAnswerWait{10};

using Item = std::variant<ApiCommand, ports::Message, Rebirth>;

std::size_t bytes_of(const Item& item) {
  const auto* message = std::get_if<ports::Message>(&item);
  return kInputBytes + (message != nullptr ? message->payload.size() : 0);
}

}  // namespace

class Driver::Body {
 public:
  Body(Parts parts, Hub hub)
      : parts_(std::move(parts)),
        hub_(std::move(hub)),
        backlog_(kBacklogBytes),
        writer_(parts_, tickets_, backlog_, [this](Rebirth rebirth) { put_first(std::move(rebirth)); }) {}
  ~Body() { stop(); }

  void start() {
    writer_thread_ = std::thread([this] { writer_.run(); });
    loop_thread_ = std::thread([this] { loop(); });
  }

  void stop() {
    stopping_ = true;
    if (!loop_thread_.joinable()) return;
    queue_.close();
    loop_thread_.join();
    writer_.close();
    writer_thread_.join();
  }

  Result<Answer> run(ApiCommand command) {
    if (stopping_) return Error{Errc::unavailable, "the hub is stopping; ask again when it is back"};
    auto [ticket, answer] = tickets_.open();
    command.ticket = ticket;
    queue_.push(std::move(command));
    if (answer.wait_for(kAnswerWait) == std::future_status::ready) return answer.get();
    tickets_.give_up(ticket);
    return Error{Errc::unavailable, "the hub did not get to it within 10 s; ask again with the same Idempotency-Key"};
  }

  bool take(ports::Message message) {
    const std::size_t bytes = message.payload.size();
    if (messages_ >= kQueueMax || message_bytes_ + bytes > kQueueBytesMax) return false;
    ++messages_;
    message_bytes_ += bytes;
    queue_.push(std::move(message));
    return true;
  }

  std::string trouble() const { return writer_.trouble(); }

 private:
  void put_first(Rebirth rebirth) {
    std::vector<Item> first;
    first.emplace_back(std::move(rebirth));
    queue_.give_back(std::move(first));
  }

  void loop() {
    hand_over(parts_of(hub_.start(parts_.clock.now())));
    while (!queue_.finished()) {
      Batch batch = empty_batch();
      if (backlog_.has_room_within(until_due())) work_off(batch, queue_.take(until_due(), kInputsMax));
      if (wake_ && *wake_ <= parts_.clock.now().wall) step(batch, Tick{});
      hand_over(std::move(batch));
    }
  }

  Millis until_due() const {
    if (!wake_) return kIdleWait;
    return std::clamp(Millis(*wake_ - parts_.clock.now().wall), Millis(0), kIdleWait);
  }

  void work_off(Batch& batch, std::vector<Item> items) {
    const Millis began = parts_.clock.now().boottime;
    for (std::size_t i = 0; i < items.size(); ++i) {
      batch.bytes += bytes_of(items[i]);
      work_off(batch, std::move(items[i]));
      if (parts_.clock.now().boottime - began < kStepBudget && batch.bytes < kBatchBytes) continue;
      std::vector<Item> rest(std::make_move_iterator(items.begin() + static_cast<std::ptrdiff_t>(i) + 1),
                             std::make_move_iterator(items.end()));
      return queue_.give_back(std::move(rest));
    }
  }

  void work_off(Batch& batch, Item item) {
    if (auto* rebirth = std::get_if<Rebirth>(&item)) return be_reborn(batch, std::move(*rebirth));
    if (auto* command = std::get_if<ApiCommand>(&item)) return step(batch, std::move(*command));
    const auto& message = std::get<ports::Message>(item);
    --messages_;
    message_bytes_ -= message.payload.size();
    if (auto input = parts_.read(message, hub_.world())) step(batch, *input);
  }

  void step(Batch& batch, const Input& input) {
    hub_.set_room(room());
    add(batch, hub_.step(input, parts_.clock.now()));
    ++batch.inputs;
  }

  // What is held is what waits to be read and what waits to be committed.
  std::size_t room() const {
    const std::size_t held = message_bytes_ + backlog_.bytes() + messages_ * kInputBytes;
    constexpr std::size_t kMost = kQueueBytesMax / 2;
    return held < kMost ? kMost - held : 0;
  }

  void add(Batch& batch, Output output) {
    wake_ = output.wake;
    batch.changes.append(std::move(output.changes));
    batch.effects.insert(batch.effects.end(), std::make_move_iterator(output.effects.begin()),
                         std::make_move_iterator(output.effects.end()));
  }

  // What was stepped before in this batch belongs to the hub that is thrown away.
  void be_reborn(Batch& batch, Rebirth rebirth) {
    auto fresh = parts_.build(std::move(rebirth.state));
    if (!fresh.ok()) {
      parts_.log("event=store_unusable why=\"" + fresh.error().what + "\"");
      return parts_.give_up();
    }
    hand_over(std::exchange(batch, {}));
    hub_ = std::move(fresh).value();
    life_ = rebirth.life;
    batch = parts_of(hub_.start(parts_.clock.now()));
  }

  Batch empty_batch() const {
    Batch batch;
    batch.life = life_;
    return batch;
  }

  Batch parts_of(Output output) {
    Batch batch = empty_batch();
    add(batch, std::move(output));
    return batch;
  }

  void hand_over(Batch batch) {
    if (batch.inputs == 0 && batch.changes.empty() && batch.effects.empty()) return;
    backlog_.add(batch.bytes);
    writer_.push(std::move(batch));
  }

  Parts parts_;
  Hub hub_;
  Tickets<Result<Answer>> tickets_;
  Queue<Item> queue_;
  Backlog backlog_;
  Writer writer_;
  std::optional<Instant> wake_;
  std::uint64_t life_ = 1;
  std::atomic<std::size_t> messages_{0};
  std::atomic<std::size_t> message_bytes_{0};
  std::atomic<bool> stopping_{false};
  std::thread writer_thread_;
  std::thread loop_thread_;
};

Driver::Driver(Parts parts, Hub hub) : body_(std::make_unique<Body>(std::move(parts), std::move(hub))) {}
Driver::~Driver() = default;

void Driver::start() { body_->start(); }
void Driver::stop() { body_->stop(); }
Result<Answer> Driver::run(ApiCommand command) { return body_->run(std::move(command)); }
bool Driver::take(ports::Message message) { return body_->take(std::move(message)); }
std::string Driver::trouble() const { return body_->trouble(); }

}  // namespace depops::hub
