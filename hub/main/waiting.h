#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <tuple>
#include <variant>
#include <vector>

#include "hub/app/hub.h"

namespace depops::hub {

// "The hub is (not) there", by this broker.
struct SayState {
  bool online = true;
  std::size_t door = 0;
};

using Word = std::variant<SayState, PublishDesired, SendDown>;

// What the hub says and nobody has signed yet, in order. A newer word takes the place of an older one that means
// nothing any more: documents of a site, acknowledgements and questions of a stream. So a signer may be away for a day,
// and what waits stays small. Thread: one at a time.
class Waiting {
 public:
  static constexpr std::size_t kMost = 100'000;  // beyond: the oldest are dropped; sites ask again

  void add(Word word);
  // At most so many, and so many bytes of documents but always one. Without documents if those have to wait.
  std::vector<Word> take(std::size_t most, std::size_t most_bytes, bool documents);
  // What was taken and not signed. A newer word that came meanwhile stays.
  void give_back(std::vector<Word> words);

  void forget_documents();

  std::size_t size() const { return words_.size(); }
  bool has(bool documents) const { return documents ? !words_.empty() : words_.size() > documents_; }

 private:
  using Key = std::tuple<SiteName, std::size_t, std::uint64_t>;
  Key key_of(const Word& word);
  void forget(const Key& key);

  std::deque<Key> order_;
  std::map<Key, Word> words_;
  std::size_t documents_ = 0;
  std::uint64_t last_ = 0;
};

}  // namespace depops::hub
