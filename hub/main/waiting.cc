#include "hub/main/waiting.h"

#include <algorithm>
#include <utility>

namespace depops::hub {
namespace {

constexpr std::size_t kDocument = 1;  // kinds of words, as their place in Word
constexpr std::size_t kDown = 2;

// Of which stream a word is, if a later one of the same kind replaces it. All certificates are of one.
struct StreamOf {
  std::uint64_t operator()(const sync::Certificate&) const { return 1; }
  std::uint64_t operator()(const sync::Ack& ack) const { return static_cast<std::uint64_t>(ack.stream); }
  std::uint64_t operator()(const sync::Resend& resend) const { return static_cast<std::uint64_t>(resend.stream); }
  template <typename Other>
  std::uint64_t operator()(const Other&) const {
    return 0;
  }
};

bool is_document(const Word& word) { return std::holds_alternative<PublishDesired>(word); }

std::size_t count_of(const Word& word) { return is_document(word) ? 1U : 0U; }

std::size_t bytes_of(const Word& word) {
  const auto* document = std::get_if<PublishDesired>(&word);
  return document == nullptr ? 0 : document->bytes.size();
}

}  // namespace

// Streams count from 1; what is of none is a word of its own.
Waiting::Key Waiting::key_of(const Word& word) {
  if (const auto* document = std::get_if<PublishDesired>(&word)) return {document->site, kDocument, 0};
  if (const auto* state = std::get_if<SayState>(&word)) return {SiteName(), 0, state->online ? 1 + state->door : 0};
  const auto& down = std::get<SendDown>(word);
  const std::uint64_t stream = std::visit(StreamOf{}, down.message);
  return {down.site, kDown + down.message.index(), stream > 0 ? stream : ++last_ + 1'000};
}

void Waiting::add(Word word) {
  Key key = key_of(word);
  const auto found = words_.find(key);
  if (found != words_.end()) {
    found->second = std::move(word);
    return;
  }
  documents_ += count_of(word);
  words_.emplace(key, std::move(word));
  order_.push_back(std::move(key));
  if (words_.size() > kMost) forget(order_.front());
}

void Waiting::forget_documents() {
  std::erase_if(order_, [this](const Key& key) { return is_document(words_.at(key)); });
  std::erase_if(words_, [](const auto& item) { return is_document(item.second); });
  documents_ = 0;
}

void Waiting::forget(const Key& key) {
  const auto found = words_.find(key);
  documents_ -= count_of(found->second);
  words_.erase(found);
  order_.erase(std::ranges::find(order_, key));
}

std::vector<Word> Waiting::take(std::size_t most, std::size_t most_bytes, bool documents) {
  std::vector<Word> taken;
  std::deque<Key> kept;
  std::size_t bytes = 0;
  while (!order_.empty() && taken.size() < most) {
    const auto found = words_.find(order_.front());
    const std::size_t more = bytes_of(found->second);
    const bool too_much = !taken.empty() && bytes + more > most_bytes;
    if (too_much) break;
    if (is_document(found->second) && !documents) {
      kept.push_back(std::move(order_.front()));
    } else {
      bytes += more;
      documents_ -= count_of(found->second);
      taken.push_back(std::move(found->second));
      words_.erase(found);
    }
    order_.pop_front();
  }
  order_.insert(order_.begin(), std::make_move_iterator(kept.begin()), std::make_move_iterator(kept.end()));
  return taken;
}

void Waiting::give_back(std::vector<Word> words) {
  std::deque<Key> first;
  for (Word& word : words) {
    Key key = key_of(word);
    if (words_.contains(key)) continue;
    documents_ += count_of(word);
    words_.emplace(key, std::move(word));
    first.push_back(std::move(key));
  }
  order_.insert(order_.begin(), std::make_move_iterator(first.begin()), std::make_move_iterator(first.end()));
}

}  // namespace depops::hub
