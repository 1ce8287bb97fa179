#include "hub/main/brokers.h"

#include <utility>

namespace depops::hub {

void Brokers::start(const std::vector<std::string>& topics, Handlers handlers) {
  for (std::size_t door = 0; door < doors_.size(); ++door) {
    ports::Transport::Handlers own;
    own.message = [door, take = handlers.message](ports::Message message) {
      message.door = door;
      take(std::move(message));
    };
    own.link = [door, tell = handlers.link](bool connected, const std::string&) { tell(door, connected); };
    doors_[door]->start(topics, std::move(own));
  }
}

void Brokers::stop() {
  for (ports::Transport* door : doors_) door->stop();
}

// A refusal means that there is no connection: what matters is said again when there is one.
void Brokers::say_at(std::size_t door, const ports::Message& message) { (void)doors_[door]->publish(message).ok(); }

void Brokers::say_to_all(const ports::Message& message) {
  for (std::size_t door = 0; door < doors_.size(); ++door) say_at(door, message);
}

void Brokers::say_to(const SiteName& site, const ports::Message& message) {
  if (doors_.size() == 1) return say_at(0, message);
  for (const std::size_t door : doors_of(site)) say_at(door, message);
}

void Brokers::heard(const SiteName& site, std::size_t door) {
  if (doors_.size() == 1) return;
  const std::lock_guard lock(mutex_);
  heard_[site][door] = Steady::now();
}

std::vector<std::size_t> Brokers::doors_of(const SiteName& site) {
  std::vector<std::size_t> found;
  {
    const std::lock_guard lock(mutex_);
    const auto known = heard_.find(site);
    if (known != heard_.end()) {
      std::erase_if(known->second, [](const auto& entry) { return Steady::now() - entry.second > kLately; });
      for (const auto& [door, at] : known->second) found.push_back(door);
    }
  }
  if (!found.empty()) return found;
  for (std::size_t door = 0; door < doors_.size(); ++door) found.push_back(door);
  return found;
}

}  // namespace depops::hub
