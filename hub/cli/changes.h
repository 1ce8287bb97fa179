#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "shared/json/value.h"

namespace depops::hub::cli {

// Turns what a deployment looks like now into lines about what is new since the last look.
class Changes {
 public:
  std::vector<std::string> since_last(const json::Value& deployment);

 private:
  void note(const std::string& what, const std::string& line, std::vector<std::string>& lines);

  std::map<std::string, std::string> last_;  // what -> the line last said about it
  std::set<std::string> measured_;
};

// "fra-1: running, step 2 of 6 (analysis errors for 10 s), 1.1 at 10 %"
std::string rollout_line(const json::Value& deployment, const json::Value& rollout);
// "fra-1: errors pass: canary 0 errors in 212 requests ..."
std::string measurement_line(const json::Value& measurement);

}  // namespace depops::hub::cli
