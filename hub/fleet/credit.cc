#include "hub/fleet/credit.h"

#include <algorithm>

namespace depops::hub::fleet {
namespace {

constexpr std::uint64_t kStreams = 2;  // each has a window
constexpr std::uint64_t kOthers = 8;   // shares of the room for sites that do not catch up

std::size_t place_of(sync::Stream stream) { return static_cast<std::size_t>(stream) - 1; }

}  // namespace

void Credit::leave(const SiteName& site) {
  const auto found = behind_.find(site);
  if (found == behind_.end()) return;
  if (found->second.in) --in_;
  if (found->second.in_line) std::erase(line_, site);
  behind_.erase(found);
}

void Credit::on_position(const SiteName& site, sync::Stream stream, Sequence last, Sequence here, const Moment& now) {
  if (last.value() < here.value() + limits_.behind) return;
  Behind& one = behind_[site];
  one.until[place_of(stream)] = last;
  one.heard = now.boottime;
}

void Credit::on_entries(const SiteName& site, sync::Stream stream, Sequence here, const Moment& now) {
  const auto found = behind_.find(site);
  if (found == behind_.end()) return;
  Behind& one = found->second;
  one.heard = now.boottime;
  if (one.until[place_of(stream)] <= here) one.until[place_of(stream)] = Sequence();
  if (one.until == std::array<Sequence, 2>{}) leave(site);
}

// Who says nothing any more makes room; it asks again when it is back. Looked for once a second: 10,000 wait.
void Credit::free_silent(const Moment& now) {
  if (now.boottime - freed_at_ < Millis(1'000)) return;
  freed_at_ = now.boottime;
  for (auto& [name, other] : behind_) {
    if (!other.in || now.boottime - other.heard < limits_.silence) continue;
    other.in = false;
    --in_;
  }
}

bool Credit::let(const SiteName& name, Behind& site, const Moment& now) {
  if (site.in) return true;
  if (in_ >= limits_.sites_at_once) free_silent(now);
  if (in_ < limits_.sites_at_once) {
    ++in_;
    return site.in = true;
  }
  if (!site.in_line) line_.push_back(name);
  site.in_line = true;
  return false;
}

std::vector<Credit::Call> Credit::next_turns(const Moment& now) {
  std::vector<Call> calls;
  if (!line_.empty()) free_silent(now);
  while (waits_for_room() && window() >= limits_.window_least) {
    const SiteName name = std::move(line_.front());
    line_.pop_front();
    const auto found = behind_.find(name);
    if (found == behind_.end() || !found->second.in_line) continue;
    Behind& site = found->second;
    site.in_line = false;
    if (site.in) continue;  // it asked when a place was free
    site.in = true;
    site.heard = now.boottime;
    ++in_;
    for (const sync::Stream stream : sync::kStreams)
      if (site.until[place_of(stream)] != Sequence()) calls.push_back({name, stream});
  }
  return calls;
}

std::uint64_t Credit::window() const { return std::min(limits_.window_most, room_ / (kStreams * (kOthers + in_))); }

Credit::Grant Credit::grant(const SiteName& site, const Moment& now) {
  const auto found = behind_.find(site);
  if (found != behind_.end() && !let(site, found->second, now)) {
    const auto turns = static_cast<std::int64_t>(waiting() / limits_.sites_at_once + 1);
    return {0, std::clamp(limits_.wait_least * turns, limits_.wait_least, limits_.wait_most)};
  }
  if (window() >= limits_.window_least) return {window(), Millis{0}};
  if (found != behind_.end()) {  // the next to be called
    found->second.in = false;
    --in_;
    if (!found->second.in_line) line_.push_front(site);
    found->second.in_line = true;
  }
  return {0, limits_.wait_least};
}

}  // namespace depops::hub::fleet
