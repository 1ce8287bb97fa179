#include "agent/kubernetes/watch/store.h"

#include <algorithm>
#include <utility>

#include "shared/base/check.h"

namespace depops::agent::kubernetes {
namespace {

constexpr std::size_t kDeliveredMost = 64;  // during one write; more counts as not known

}  // namespace

void WatchedObjects::begin_write(const ObjectKey& key) {
  Pending& pending = pending_[key];
  DEPOPS_CHECK(!pending.open);
  pending.open = Open{{}, listing_};
  const auto found = objects_.find(key);
  if (found == objects_.end()) return;
  const Meta& meta = found->second.seen->meta;
  // A write that changes nothing is answered with the version that is here already.
  pending.open->since.push_back({meta.version, meta.uid, meta.deleting});
}

// Whether a delivery is at or after what is waited for.
bool WatchedObjects::shows(const Awaited& awaited, const Delivered& delivered) {
  if (awaited.version) return delivered.version == *awaited.version;
  return awaited.removed && (delivered.uid != *awaited.removed || delivered.leaving);
}

void WatchedObjects::drop_if_done(const ObjectKey& key) {
  const auto found = pending_.find(key);
  if (found != pending_.end() && !found->second.awaited && !found->second.open) pending_.erase(found);
}

// What an earlier write waited for lies before this one.
void WatchedObjects::answered(const ObjectKey& key, Awaited awaited) {
  Pending& pending = pending_[key];
  DEPOPS_CHECK(pending.open);
  const Open open = std::move(*pending.open);
  pending.open.reset();
  pending.awaited.reset();
  const bool known = std::any_of(open.since.begin(), open.since.end(),
                                 [&](const Delivered& delivered) { return shows(awaited, delivered); });
  if (!known) {
    awaited.list_decides = open.list_between || open.since.size() >= kDeliveredMost;
    pending.awaited = std::move(awaited);
  }
  drop_if_done(key);
}

void WatchedObjects::wrote(const ObjectKey& key, const ResourceVersion& version) {
  answered(key, {.version = version});
}

void WatchedObjects::removed(const ObjectKey& key, const Uid& uid) { answered(key, {.removed = uid}); }

void WatchedObjects::not_written(const ObjectKey& key, bool may_have_happened) {
  Pending& pending = pending_[key];
  pending.open.reset();
  if (may_have_happened) pending.awaited = Awaited{.list_decides = true};
  drop_if_done(key);
}

void WatchedObjects::begin_list() {
  ++lists_;
  listing_ = true;
  full_ = false;
  for (auto& [key, pending] : pending_) {
    if (pending.open) pending.open->list_between = true;
    if (pending.awaited) pending.awaited->in_list = true;
  }
}

void WatchedObjects::end_list() {
  listing_ = false;
  listed_ = true;
  std::erase_if(objects_, [this](const auto& entry) { return entry.second.list != lists_; });
  for (auto& [key, pending] : pending_) {
    if (pending.awaited && pending.awaited->in_list) pending.awaited.reset();
  }
  std::erase_if(pending_, [](const auto& entry) { return !entry.second.awaited && !entry.second.open; });
}

void WatchedObjects::note(const ObjectKey& key, const Delivered& delivered) {
  const auto found = pending_.find(key);
  if (found == pending_.end()) return;
  Pending& pending = found->second;
  if (pending.open && pending.open->since.size() < kDeliveredMost) pending.open->since.push_back(delivered);
  if (pending.awaited && shows(*pending.awaited, delivered)) pending.awaited.reset();
  drop_if_done(key);
}

void WatchedObjects::put(Seen seen) {
  const ObjectKey key = seen.meta.key;
  note(key, {seen.meta.version, seen.meta.uid, seen.meta.deleting});
  seen.kept.shrink_to_fit();
  Entry entry{std::make_shared<const Seen>(std::move(seen)), lists_};
  const auto found = objects_.find(key);
  if (found != objects_.end()) {
    found->second = std::move(entry);
  } else if (objects_.size() < most_) {
    objects_.emplace(key, std::move(entry));
  } else {
    full_ = true;
  }
}

void WatchedObjects::take_away(const Meta& last) {
  note(last.key, {last.version, last.uid, true});
  const auto found = objects_.find(last.key);
  if (found != objects_.end() && found->second.seen->meta.uid == last.uid) objects_.erase(found);
}

Lookup WatchedObjects::find(const ObjectKey& key) const {
  if (!listed() || pending_.contains(key)) return {Known::not_yet};
  const auto found = objects_.find(key);
  if (found == objects_.end()) return {Known::absent};
  return {Known::here, found->second.seen};
}

std::vector<SharedSeen> WatchedObjects::all() const {
  std::vector<SharedSeen> all;
  all.reserve(objects_.size());
  for (const auto& [key, entry] : objects_) all.push_back(entry.seen);
  return all;
}

bool WatchedObjects::wants_list() const {
  if (listing_ || !listed_) return false;
  return std::any_of(pending_.begin(), pending_.end(),
                     [](const auto& entry) { return entry.second.awaited && entry.second.awaited->list_decides; });
}

}  // namespace depops::agent::kubernetes
