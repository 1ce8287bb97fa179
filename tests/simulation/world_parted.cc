#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

#include "tests/simulation/world.h"

// What a fleet does to a site that loses sight of its hub.
namespace depops::simulation {

void World::set_link(bool up) {
  if (connected_ == up) return;
  connected_ = up;
  hub_.see(session_, up);
  if (up) ++session_;
  note(up ? "the link is up" : "the link is down");
  deliver(link_now());
  if (!up) return;
  send_down(hub_is_there());
  if (hub_.has_document()) send_down(hub_.document(hub_.time(true_now_)));
}

agent::LinkChanged World::link_now() {
  if (!connected_ || !place_.voices) return {connected_};
  std::array<char, 33> voice{};
  std::snprintf(voice.data(), voice.size(), "%016llx%016llx", static_cast<unsigned long long>(schedule_.seed),
                static_cast<unsigned long long>(++voices_));
  return {true, voice.data()};
}

void World::take_disk_of(const World& other) {
  journal_.become_copy_of(other.journal_);
  session_ = other.session_;
  lose_mail();
}

// Whatever runs at the other machine does not run here.
void World::boot_beside(const World& other) {
  now_ = other.now_;
  true_now_ = other.true_now_;
  now_.boot = BootId("copy");
  connected_ = false;
  restart("the copy of a disk");
}

void World::lose_mail() {
  to_hub_.clear();
  std::erase_if(to_agent_, [](const Mail& mail) {
    return std::holds_alternative<agent::FromHub>(mail.input) ||
           std::holds_alternative<agent::DesiredArrived>(mail.input) ||
           std::holds_alternative<agent::HubSeen>(mail.input);
  });
}

void World::pass(Millis time) {
  ++turn_;
  part(0);
  advance(time);
  agent_receives();
  see_world();
  deliver(agent::Tick{});
}

void World::scale_here(std::uint32_t replicas) {
  rollout::Command command;
  command.id = CommandId("here-" + std::to_string(++tickets_));
  command.verb = rollout::Verb::scale;
  command.actor = Actor("local:ana");
  command.replicas = replicas;
  deliver(agent::LocalVerb{tickets_, ServiceName("checkout"), false, command});
}

void World::act(const agent::SendAnswer& effect) {
  std::visit([this](const auto& one) { send_up(one); }, effect.answer);
}

void World::act(const agent::SendHello& effect) {
  sync::Hello hello = effect.hello;
  if (bug_ == Bug::hide_generation) hello.generation = std::min(hello.generation, Generation(1));
  send_up(std::move(hello));
}

}  // namespace depops::simulation
