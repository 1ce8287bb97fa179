#pragma once

#include <cstdint>
#include <string>

#include "shared/base/moment.h"

// How much may wait for the hub, and what is still begun when much does. Pure; one per agent, thread: the loop.
namespace depops::agent {

// ample: all is well. low: nothing new starts; what runs can go on, be stopped and go back. full: observe only.
enum class Room { ample, low, full };

const char* name_of(Room room) noexcept;

class Spool {
 public:
  static constexpr std::uint64_t kLeast = 1'000, kMost = 10'000'000;  // what settings may ask for
  static constexpr std::uint64_t kUsual = 250'000;                    // one entry each 18 s for 7 weeks; about 150 MB

  explicit Spool(std::uint64_t entries) : entries_(entries) {}

  // `waiting`: entries that the hub has not acknowledged. From 80 % of the limit room is low, from 100 % full; it is
  // better again only when a fifth of the limit is free beyond that, so that it does not flutter. True: it changed.
  bool weigh(std::uint64_t waiting);

  Room room() const noexcept { return room_; }

  // One sentence: what fills it, what is still possible, when that passes and who can change it.
  std::string reason(bool hub_is_there) const;

 private:
  std::uint64_t entries_;
  std::uint64_t waiting_ = 0;
  Room room_ = Room::ample;
};

}  // namespace depops::agent
