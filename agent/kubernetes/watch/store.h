#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "agent/kubernetes/api/object.h"

namespace depops::agent::kubernetes {

// What is kept of a watched object.
struct Seen {
  Meta meta;
  json::Value kept;  // what the projection took
  bool operator==(const Seen&) const = default;
};

// A state is never changed, only replaced: whoever looks holds it and needs no copy of it.
using SharedSeen = std::shared_ptr<const Seen>;

enum class Known { here, absent, not_yet };

struct Lookup {
  Known known = Known::not_yet;
  SharedSeen seen{};  // with here
};

// Watched objects as a value that never shows a state older than our own last write: what was written is not known
// until the watch has delivered it. Versions are opaque, so "it" is the very version that the write was answered with,
// which a watch delivers before anything later; where a list came in between and may have passed over it, only a list
// that began after the answer tells, and wants_list() asks for one. One write of an object at a time.
class WatchedObjects {
 public:
  explicit WatchedObjects(std::size_t most = 10'000) : most_(most) {}

  // What we do ourselves. Every begin_write is followed by one of the others.
  void begin_write(const ObjectKey& key);
  void wrote(const ObjectKey& key, const ResourceVersion& version);
  void removed(const ObjectKey& key, const Uid& uid);
  void not_written(const ObjectKey& key, bool may_have_happened);

  // What is delivered. A list is whole when it ends: what it did not hold is gone.
  void begin_list();
  void end_list();
  void put(Seen seen);
  void take_away(const Meta& last);

  Lookup find(const ObjectKey& key) const;
  bool listed() const { return listed_ && !full_; }  // at least once
  bool settled() const { return listed() && pending_.empty(); }
  std::vector<SharedSeen> all() const;  // by key; older than our writes unless settled()
  bool wants_list() const;
  bool full() const { return full_; }  // more than the cap: nothing is known until a list fits again

 private:
  struct Delivered {
    ResourceVersion version;
    Uid uid;
    bool leaving = false;  // or gone
  };
  // What must be seen before the object is known again. Neither a version nor a uid: only a list tells.
  struct Awaited {
    std::optional<ResourceVersion> version{};
    std::optional<Uid> removed{};
    bool list_decides = false;  // its event may have been passed over
    bool in_list = false;       // a list that began after the answer is running
  };
  // A write that is under way.
  struct Open {
    std::vector<Delivered> since{};
    bool list_between = false;
  };
  struct Pending {
    std::optional<Awaited> awaited{};
    std::optional<Open> open{};
  };
  struct Entry {
    SharedSeen seen;
    std::uint64_t list = 0;  // the last that held it
  };

  void note(const ObjectKey& key, const Delivered& delivered);
  void answered(const ObjectKey& key, Awaited awaited);
  void drop_if_done(const ObjectKey& key);
  static bool shows(const Awaited& awaited, const Delivered& delivered);

  std::size_t most_;
  std::map<ObjectKey, Entry> objects_;
  std::map<ObjectKey, Pending> pending_;
  std::uint64_t lists_ = 0;
  bool listing_ = false;
  bool listed_ = false;
  bool full_ = false;
};

}  // namespace depops::agent::kubernetes
