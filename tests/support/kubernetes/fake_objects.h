#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "tests/support/kubernetes/fake_tree.h"

namespace depops::test {

struct FakeAnswer {
  int status = 200;
  json::Value body;
};

FakeAnswer refusal(int status, const std::string& reason, const std::string& message, json::Value details = {});

// One kind, in one version of the API.
struct FakeKind {
  std::string group;
  std::string version;
  std::string plural;
  std::string kind;
  bool namespaced = true;
  std::string api_version() const { return group.empty() ? version : group + "/" + version; }
};

struct FakeEvent {
  std::uint64_t revision = 0;
  std::string plural;
  json::Value before;  // null: it was not there
  json::Value after;   // null: it went
};

// Objects as an API server keeps them, as far as our client looks: versions, uids, who owns which field, history.
class FakeObjects {
 public:
  FakeAnswer get(const FakeKind& kind, const std::string& key) const;
  FakeAnswer list(const FakeKind& kind, const std::string& space, const std::string& selector, std::size_t limit,
                  const std::string& at) const;
  void each(const FakeKind& kind, const std::function<void(const json::Value&)>& look) const;
  FakeAnswer create(const FakeKind& kind, const std::string& space, json::Value object, const std::string& manager);
  FakeAnswer apply(const FakeKind& kind, const std::string& key, const json::Value& fields, const std::string& manager,
                   bool force);
  FakeAnswer json_patch(const FakeKind& kind, const std::string& key, const json::Value& patch,
                        const std::string& manager);
  FakeAnswer merge_patch(const FakeKind& kind, const std::string& key, const json::Value& patch,
                         const std::string& manager);
  FakeAnswer remove(const FakeKind& kind, const std::string& key, const json::Value& options);

  // One line of a watch each. `from`: where the reader is, and is left.
  std::vector<std::string> events(const FakeKind& kind, const std::string& space, const std::string& selector,
                                  std::uint64_t& from) const;
  std::string bookmark(const FakeKind& kind) const;
  std::uint64_t revision() const { return revision_; }
  std::uint64_t forgotten() const { return forgotten_; }  // watches from before it and pages from before it are gone
  void forget() {
    forgotten_ = ++revision_;
    events_.clear();
  }

 private:
  struct Stored {
    json::Value body;
    std::map<std::string, std::set<Names>> owned;  // by manager
    std::map<std::string, std::uint64_t> wrote{};  // when a manager took fields last
    bool operator==(const Stored&) const = default;
  };
  FakeAnswer store(const FakeKind& kind, const std::string& key, Stored next, const std::string& manager);
  FakeAnswer end(const FakeKind& kind, const std::string& key);
  FakeAnswer not_found(const FakeKind& kind, const std::string& key) const;

  std::map<std::string, std::map<std::string, Stored>> objects_;  // by plural and "namespace/name"
  std::vector<FakeEvent> events_;
  std::uint64_t revision_ = 1;
  std::uint64_t forgotten_ = 0;
  std::uint64_t uids_ = 0;
};

}  // namespace depops::test
