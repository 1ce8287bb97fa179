#include <algorithm>
#include <cstdio>
#include <sstream>

#include "shared/rollout/transition_table.h"
#include "tests/simulation/schedule.h"

namespace depops::simulation {
namespace {

constexpr const char* kCauses[] = {"fault", "people"};

// "I16 ...", "at rest ...": the promise, without the names in it.
std::string promise_of(const std::string& violation) {
  const std::string first = violation.substr(0, violation.find(' '));
  return first.size() > 1 && first[0] == 'I' && first[1] >= '0' && first[1] <= '9' ? first : violation.substr(0, 12);
}

class Shrinking {
 public:
  Shrinking(const Schedule& failing, const Played& failure, int most_plays)
      : tried_(failing), promise_(promise_of(failure.violation)), left_(failure.happened), most_plays_(most_plays) {
    tried_.tell = false;
  }

  Schedule go() {
    for (std::size_t parts = 2; left_.size() > 1 && plays_ < most_plays_;) {
      if (without_a_part(parts)) {
        parts = std::max<std::size_t>(parts - 1, 2);
      } else if (parts >= left_.size()) {
        break;
      } else {
        parts = std::min(parts * 2, left_.size());
      }
    }
    if (left_.size() == 1 && breaks({})) left_.clear();
    tried_.only = std::set<Happening>(left_.begin(), left_.end());
    return tried_;
  }

 private:
  bool without_a_part(std::size_t parts) {
    for (std::size_t i = 0; i < parts; ++i) {
      const auto from = static_cast<std::ptrdiff_t>(left_.size() * i / parts);
      const auto to = static_cast<std::ptrdiff_t>(left_.size() * (i + 1) / parts);
      std::vector<Happening> rest(left_.begin(), left_.begin() + from);
      rest.insert(rest.end(), left_.begin() + to, left_.end());
      if (!breaks(rest)) continue;
      left_ = std::move(rest);
      return true;
    }
    return false;
  }

  bool breaks(const std::vector<Happening>& happenings) {
    ++plays_;
    tried_.only = std::set<Happening>(happenings.begin(), happenings.end());
    std::vector<std::uint64_t> rows(rollout::kTransitions.size(), 0);
    const Played result = play(tried_, rows);
    return !result.violation.empty() && promise_of(result.violation) == promise_;
  }

  Schedule tried_;
  std::string promise_;
  std::vector<Happening> left_;
  int most_plays_;
  int plays_ = 0;
};

}  // namespace

std::string write(const std::set<Happening>& happenings) {
  std::string text;
  for (const Happening& one : happenings) {
    text += (text.empty() ? "" : ",") + std::to_string(one.where) + "." + std::to_string(one.turn) + "." +
            kCauses[static_cast<int>(one.cause)];
  }
  return text.empty() ? "nothing" : text;
}

std::optional<std::set<Happening>> read_happenings(const std::string& text) {
  std::set<Happening> found;
  std::istringstream words(text == "nothing" ? "" : text);
  for (std::string word; std::getline(words, word, ',');) {
    Happening one;
    char cause[16] = "";
    if (std::sscanf(word.c_str(), "%u.%u.%15s", &one.where, &one.turn, cause) != 3) return std::nullopt;
    const auto known = std::ranges::find(kCauses, std::string(cause));
    if (known == std::end(kCauses)) return std::nullopt;
    one.cause = static_cast<Cause>(known - std::begin(kCauses));
    found.insert(one);
  }
  return found;
}

Schedule shrunk(const Schedule& failing, const Played& failure, int most_plays) {
  return Shrinking(failing, failure, most_plays).go();
}

}  // namespace depops::simulation
