#pragma once

#include <functional>
#include <map>
#include <optional>
#include <regex>
#include <string>
#include <vector>

#include "shared/base/result.h"

namespace depops::agent::scrape {

// `http_requests_total{code=~"5..",method!="HEAD"}`: a name and label matchers =, !=, =~, !~. Regular expressions match
// the whole value; a label that is absent has the value "".
class Selector {
 public:
  static Result<Selector> parse(const std::string& text);

  // Sum of all series of the Prometheus text that match; nothing when none does, which is not the same as 0. NaN is not
  // counted. A line that is no sample is an error: half an answer must not pass for the whole.
  Result<std::optional<double>> sum(const std::string& exposition) const;
  // The same for each value of a label.
  Result<std::map<std::string, double>> sum_by(const std::string& label, const std::string& exposition) const;

 private:
  struct Matcher {
    std::string label, value;
    bool negated = false;
    std::optional<std::regex> pattern;
  };
  using Labels = std::vector<std::pair<std::string, std::string>>;

  // Gives every sample that matches and is a number.
  Result<void> visit(const std::string& exposition, const std::function<void(const Labels&, double)>& take) const;
  bool matches(const std::string& name, const Labels& labels) const;
  static Result<Labels> read_labels(const std::string& line, std::size_t& at);

  std::string name_;
  std::vector<Matcher> matchers_;
};

}  // namespace depops::agent::scrape
