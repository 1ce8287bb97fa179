#include "shared/sync/facts.h"

#include <algorithm>

#include "shared/sync/fingerprint.h"

namespace depops::sync {
namespace {

void add_word(std::string& to, const std::string& word) { to += std::to_string(word.size()) + ":" + word; }
void add_word(std::string& to, std::uint64_t number) { to += std::to_string(number) + ";"; }

}  // namespace

std::string fact_text(const std::string& text) {
  std::string out = text.substr(0, kFactTextMax);
  std::replace_if(
      out.begin(), out.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
  return out;
}

std::uint64_t digest_of(const Fact& fact) {
  std::string words;
  add_word(words, fact.service.str());
  add_word(words, fact.stable.str());
  add_word(words, fact.rollout.str());
  add_word(words, rollout::name_of(fact.state));
  add_word(words, fact.attempt);
  for (const FactVersion& version : fact.versions) {
    add_word(words, version.label.str());
    for (const std::uint32_t number : {version.desired, version.ready, version.available, version.weight})
      add_word(words, number);
  }
  add_word(words, fact.drift);
  return fingerprint(words);
}

// The bits of this fingerprint are not equally well mixed: both halves count.
std::uint8_t bucket_of(const ServiceName& service) {
  const std::uint64_t hash = fingerprint(service.str());
  return static_cast<std::uint8_t>((hash ^ (hash >> 32)) & 0xff);
}

Buckets buckets_of(const Facts& facts) {
  std::map<std::uint8_t, std::string> words;
  for (const auto& [service, fact] : facts) add_word(words[bucket_of(service)], digest_of(fact));
  Buckets buckets;
  for (const auto& [bucket, text] : words) buckets[bucket] = fingerprint(text);
  return buckets;
}

FactsRoot root_of(const Buckets& buckets) {
  std::string words = "facts ";
  for (const auto& [bucket, digest] : buckets) {
    add_word(words, bucket);
    add_word(words, digest);
  }
  return {fingerprint(words)};
}

}  // namespace depops::sync
