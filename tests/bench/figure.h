#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "shared/json/value.h"

namespace depops::bench {

// One measured number and the physical limit beside it, printed as one JSON line.
struct Figure {
  std::string bench;
  double value = 0;
  std::string unit;
  std::optional<double> limit;
  std::string limit_of;
  json::Value more;  // an object: how it was measured
};

void print(const Figure& figure);
double rounded(double value);  // to four digits after the point

// The value that `share` of all values do not exceed; all must be there.
double quantile(std::vector<double> values, double share);

double seconds_since(std::chrono::steady_clock::time_point begin);
double cpu_seconds(int pid);  // user and system time so far

// "--name NUMBER" for each name in `defaults`; anything else ends the program with status 2 and the list.
std::map<std::string, std::uint64_t> numbers_of(int argc, char** argv, std::map<std::string, std::uint64_t> defaults);

}  // namespace depops::bench
