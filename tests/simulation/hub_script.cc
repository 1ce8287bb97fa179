#include "tests/simulation/hub_script.h"

#include <algorithm>
#include <utility>

namespace depops::simulation {
namespace {

const SiteName kSite("fra-1");

}  // namespace

HubScript::HubScript(const CrashyJournal& journal) : journal_(journal) {
  desired_.site = kSite;
  desired_.site_epoch = SiteEpoch(1);
  desired_.hub_epoch = HubEpoch(1);
  (void)inbox_.admit({kSite, SiteEpoch(1), "00112233445566778899aabbccddeeff", 1});
}

void HubScript::deploy(rollout::Plan plan, bool supersede) {
  desired_.generation = desired_.generation.next();
  sync::Target target;
  target.service = plan.service;
  target.rollout = RolloutId("r-" + std::to_string(desired_.generation.value()));
  target.deployment = DeploymentId("d-" + target.rollout.str());
  target.epoch = desired_.generation;
  target.plan_digest = Digest("sha256:" + target.rollout.str());
  target.plan = std::move(plan);
  target.supersede = supersede;
  desired_.targets = {std::move(target)};
}

void HubScript::ask(rollout::Verb verb, std::optional<std::uint32_t> expected_step,
                    std::optional<std::uint32_t> replicas, const char* who, Instant now) {
  if (desired_.targets.empty()) return;
  desired_.generation = desired_.generation.next();
  rollout::Command command;
  command.id = CommandId("c-" + std::to_string(++commands_));
  command.verb = verb;
  command.actor = Actor(who);
  command.expected_step = expected_step;
  command.given_at = now;
  command.replicas = replicas;
  desired_.targets.front().commands.push_back(std::move(command));
}

agent::DesiredArrived HubScript::document(Instant now) const {
  agent::DesiredArrived arrived;
  arrived.desired = desired_;
  arrived.desired->issued = now;
  arrived.desired->not_after = now + std::chrono::hours(72);
  std::erase_if(arrived.desired->targets.front().commands,
                [&](const rollout::Command& command) { return answered_.count(command.id) > 0; });
  arrived.bytes = "generation " + std::to_string(desired_.generation.value());
  return arrived;
}

void HubScript::learn(const rollout::RolloutStatus& status) {
  if (ended_[status.rollout] && !rollout::is_ended(status.state) && status.attempt == 1) {
    problem_ = "rollout " + status.rollout.str() + " ended and goes on";
  }
  const bool under_way = !rollout::is_ended(status.state);
  for (const auto& [id, ended] : ended_) {
    if (under_way && !ended && id != status.rollout)
      problem_ = "I5 " + id.str() + " and " + status.rollout.str() + " are under way";
  }
  ended_[status.rollout] = !under_way;
  if (!under_way && last_ != status.rollout.str() && !last_.empty() && this->under_way()) return;  // it never began
  state_ = status.state;
  last_ = status.rollout.str();
}

void HubScript::learn(const agent::OutboxRow& row) {
  const auto* report = std::get_if<rollout::Report>(&row.entry);
  if (report == nullptr) return;
  if (const auto* changed = std::get_if<rollout::RolloutChanged>(report)) learn(changed->status);
  if (const auto* answer = std::get_if<rollout::CommandAnswered>(report)) {
    if (++answered_[answer->command] > 1) problem_ = "command " + answer->command.str() + " was answered twice";
  }
}

std::vector<sync::DownMessage> HubScript::take(std::uint64_t session, const sync::UpMessage& message,
                                               const Moment& now) {
  std::vector<sync::DownMessage> answers;
  std::vector<sync::Received> results;
  std::vector<sync::Stream> touched;
  (void)inbox_.admit({kSite, SiteEpoch(1), "00112233445566778899aabbccddeeff", session});
  if (const auto* run = std::get_if<sync::Run>(&message)) {
    results.push_back(inbox_.on_run(*run, now));
    touched.push_back(run->stream);
  } else if (const auto* hello = std::get_if<sync::Hello>(&message)) {
    for (const sync::StreamPosition& position : hello->streams) {
      results.push_back(inbox_.on_position(position, now));
      touched.push_back(position.stream);
    }
  }
  for (const sync::Received& received : results) {
    if (!received.frozen.empty()) problem_ = "the site was frozen: " + received.frozen;
    if (received.gap) problem_ = "a gap in a stream";
    for (const sync::Entry& entry : received.fresh) {
      const std::size_t lane = entry.stream == sync::Stream::events ? 0 : 1;
      if (entry.sequence.value() != ++received_[lane]) problem_ = "a stream is not gapless";
      learn(journal_.row(entry.bytes));
    }
    if (received.resend) answers.emplace_back(*received.resend);
  }
  for (const sync::Stream stream : touched) answers.emplace_back(inbox_.ack(stream, 1 << 20));
  return answers;
}

}  // namespace depops::simulation
