#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "agent/kubernetes/api/failure.h"
#include "agent/kubernetes/workloads/cluster.h"
#include "shared/base/moment.h"

namespace depops::agent::kubernetes {

// Where the end of a log stands.
struct LogSource {
  Uid pod;
  ObjectKey key;
  Voice voice;
  auto operator<=>(const LogSource&) const = default;
};

struct LogRules {
  Millis settled{5'000};  // a probe that fails while a pod starts is no trouble yet
  unsigned at_once = 6;   // logs that may be read one after the other,
  Millis each{60'000};    // and one more after each such time
};

// Which logs are read, and what pods had to say: of the pods whose words are told, once per pod, container and trouble.
// Pure; nothing of it is durable.
class LastWords {
 public:
  explicit LastWords(LogRules rules = {}) : rules_(rules), left_(rules.at_once) {}

  // To be read now; counts as asked for.
  std::vector<LogSource> wanted(const std::vector<const Pod*>& speakers, const Moment& now);
  // `words`: as people are to read them; empty: there are none.
  void heard(const LogSource& source, std::string words);
  // Says them behind what is known of each pod, and forgets those of pods that are gone or well again.
  void add_to(Cluster& cluster);

 private:
  struct Entry {
    Stamp since;
    bool asked = false;
    std::string words;
  };
  bool may_ask(const Moment& now);

  LogRules rules_;
  std::map<LogSource, Entry> entries_;
  unsigned left_;
  std::optional<Stamp> spent_{};  // since when one more is waited for
};

}  // namespace depops::agent::kubernetes
