#include "hub/main/loop.h"

#include <algorithm>
#include <chrono>

#include "hub/main/intake.h"
#include "shared/manifest_yaml/parse.h"

namespace depops::hub {
namespace {

constexpr std::size_t kBatchMax = 256;
constexpr std::size_t kQueueMax = 20'000;
constexpr std::size_t kQueueBytesMax = 64 << 20;
constexpr auto kAnswerWait = std::chrono::seconds(10);
constexpr auto kIdleWait = std::chrono::milliseconds(1'000);

template <typename Content, typename Key>
Result<void> add_document(const std::string& yaml, const Key& key, std::map<Key, std::shared_ptr<const Content>>& to) {
  const auto parsed = manifest_yaml::parse(yaml, key.str());
  if (!parsed.ok() || parsed.documents.empty())
    return Error{Errc::corrupt, "the applied file " + key.str() +
                                    " does not parse any more: " + manifest::to_string(parsed.diagnostics)};
  const auto* content = std::get_if<Content>(&parsed.documents.front().content);
  if (content == nullptr) return Error{Errc::corrupt, "the applied file " + key.str() + " is of another kind"};
  to[key] = std::make_shared<const Content>(*content);
  return {};
}

}  // namespace

Result<Hub> load_hub(Store& store, Codec& codec) {
  DEPOPS_TRY(HubState state, store.load());
  Catalog catalog;
  for (const PipelineDoc& doc : state.pipelines)
    DEPOPS_TRY_VOID(add_document(doc.yaml, doc.service, catalog.pipelines));
  for (const TemplateDoc& doc : state.templates) DEPOPS_TRY_VOID(add_document(doc.yaml, doc.name, catalog.templates));
  return Hub::load(std::move(state), std::move(catalog), codec);
}

Loop::Loop(LoopParts parts, Hub hub) : parts_(std::move(parts)), hub_(std::move(hub)) {}

Loop::~Loop() { stop(); }

void Loop::start() {
  thread_ = std::thread([this] { main(); });
}

void Loop::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  arrived_.notify_all();
  if (thread_.joinable()) thread_.join();
}

std::string Loop::not_ready() const {
  const std::lock_guard lock(mutex_);
  return trouble_;
}

bool Loop::take(ports::Message message) {
  {
    const std::lock_guard lock(mutex_);
    if (queue_.size() >= kQueueMax || queued_bytes_ + message.payload.size() > kQueueBytesMax) return false;
    queued_bytes_ += message.payload.size();
    queue_.emplace_back(std::move(message));
  }
  arrived_.notify_one();
  return true;
}

Result<Answer> Loop::run(ApiCommand command) {
  std::future<Result<Answer>> answer;
  const std::uint64_t ticket = [&] {
    const std::lock_guard lock(mutex_);
    command.ticket = ++last_ticket_;
    answer = waiting_[command.ticket].get_future();
    queue_.emplace_back(std::move(command));
    return last_ticket_;
  }();
  arrived_.notify_one();
  if (answer.wait_for(kAnswerWait) == std::future_status::ready) return answer.get();
  const std::lock_guard lock(mutex_);
  waiting_.erase(ticket);
  return Error{Errc::unavailable, "the hub did not get to it within 10 s; ask again with the same Idempotency-Key"};
}

std::vector<Loop::Item> Loop::wait_for_items() {
  std::unique_lock lock(mutex_);
  const Instant now = parts_.clock.now().wall;
  auto wait = std::chrono::milliseconds(kIdleWait);
  if (wake_) wait = std::clamp(std::chrono::milliseconds(*wake_ - now), std::chrono::milliseconds(0), wait);
  arrived_.wait_for(lock, wait, [&] { return stopping_ || !queue_.empty(); });
  std::vector<Item> out;
  while (!queue_.empty() && out.size() < kBatchMax) {
    if (const auto* message = std::get_if<ports::Message>(&queue_.front())) queued_bytes_ -= message->payload.size();
    out.push_back(std::move(queue_.front()));
    queue_.pop_front();
  }
  return out;
}

std::optional<Input> Loop::input_of_item(Item item) {
  if (auto* command = std::get_if<ApiCommand>(&item)) return Input(std::move(*command));
  auto input = input_of(std::get<ports::Message>(item), hub_.world(), parts_.hub_id);
  const auto* bad = input ? std::get_if<BadFrame>(&*input) : nullptr;
  parts_.metrics.frame(!input ? "unknown_site" : bad != nullptr ? "refused" : "taken");
  if (bad != nullptr) parts_.log("event=frame_dropped site=" + bad->site.str() + " why=\"" + bad->why + "\"");
  return input;
}

void Loop::step(const Input& input, Output& sum) {
  Output one = hub_.step(input, parts_.clock.now());
  sum.changes.hub_epoch = one.changes.hub_epoch;
  sum.changes.append(std::move(one.changes));
  for (Effect& effect : one.effects) sum.effects.push_back(std::move(effect));
  sum.wake = one.wake;
}

void Loop::step_all(std::vector<Item> items) {
  Output sum;
  std::size_t inputs = 0;
  for (Item& item : items) {
    const auto input = input_of_item(std::move(item));
    if (!input) continue;
    step(*input, sum);
    ++inputs;
  }
  const bool due = wake_ && *wake_ <= parts_.clock.now().wall;
  if (due) step(Tick{}, sum);
  if (inputs > 0 || due) finish(std::move(sum), inputs);
}

void Loop::finish(Output output, std::size_t inputs) {
  wake_ = output.wake;
  const auto start = std::chrono::steady_clock::now();
  if (!output.changes.empty()) {
    if (const auto done = parts_.store.commit(output.changes); !done) return recover(done.error());
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    parts_.metrics.commit(took.count(), inputs);
  }
  for (const EventRow& event : output.changes.events)
    parts_.log("event=" + event.kind + " id=" + std::to_string(event.id) + " site=" + event.site.str() + " service=" +
               event.service.str() + " deployment=" + event.deployment.str() + " text=\"" + event.text + "\"");
  parts_.feed.publish(output.changes.events);
  carry_out(output.effects);
}

void Loop::carry_out(const std::vector<Effect>& effects) {
  for (const Effect& effect : effects) {
    if (const auto* desired = std::get_if<PublishDesired>(&effect)) {
      parts_.log("effect=publish_desired site=" + desired->site.str() +
                 " generation=" + std::to_string(desired->generation.value()));
      parts_.outlet.publish(*desired);
    }
    if (const auto* down = std::get_if<SendDown>(&effect)) parts_.outlet.send(*down);
    if (std::holds_alternative<Announce>(effect)) parts_.outlet.announce();
    if (const auto* blobs = std::get_if<CollectBlobs>(&effect)) parts_.collect(blobs->keep);
    if (const auto* answer = std::get_if<Reply>(&effect)) reply(answer->ticket, answer->answer);
  }
}

void Loop::reply(std::uint64_t ticket, Result<Answer> answer) {
  const std::lock_guard lock(mutex_);
  const auto found = waiting_.find(ticket);
  if (found == waiting_.end()) return;
  found->second.set_value(std::move(answer));
  waiting_.erase(found);
}

// Nothing of the batch was kept, so what the hub believes is ahead of the store: it is loaded again. Sites send
// again what was not acknowledged; callers are told.
void Loop::recover(const Error& error) {
  parts_.log("event=commit_failed why=\"" + error.what + "\"");
  auto fresh = error.code == Errc::conflict ? Result<Hub>(error) : load_hub(parts_.store, parts_.codec);
  {
    const std::lock_guard lock(mutex_);
    for (auto& [ticket, promise] : waiting_) promise.set_value(Error{Errc::unavailable, error.what});
    waiting_.clear();
    std::erase_if(queue_, [](const Item& item) { return std::holds_alternative<ApiCommand>(item); });
    trouble_ = error.what;
  }
  if (!fresh) return parts_.give_up();
  hub_ = std::move(fresh).value();
  Output again = hub_.start(parts_.clock.now());
  wake_ = again.wake;
  if (const auto done = parts_.store.commit(again.changes); !done) return parts_.give_up();
  carry_out(again.effects);
  const std::lock_guard lock(mutex_);
  trouble_.clear();
}

void Loop::main() {
  finish(hub_.start(parts_.clock.now()), 0);
  while (true) {
    std::vector<Item> items = wait_for_items();
    {
      const std::lock_guard lock(mutex_);
      if (stopping_ && items.empty()) return;
    }
    step_all(std::move(items));
  }
}

}  // namespace depops::hub
