#include "tests/bench/figure.h"

#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <sstream>
#include <stdexcept>

#include "shared/json/write.h"
#include "tests/support/child.h"

namespace depops::bench {
namespace {

[[noreturn]] void usage(const char* program, const std::map<std::string, std::uint64_t>& known) {
  std::string text = "usage: " + std::string(program);
  for (const auto& [name, value] : known) text += " [--" + name + " NUMBER=" + std::to_string(value) + "]";
  std::fprintf(stderr, "%s\n", text.c_str());
  std::exit(2);
}

}  // namespace

double rounded(double value) { return std::round(value * 10'000) / 10'000; }

void print(const Figure& figure) {
  json::Value line;
  line.add("bench", figure.bench).add("value", rounded(figure.value)).add("unit", figure.unit);
  if (figure.limit) line.add("limit", rounded(*figure.limit)).add("limit_of", figure.limit_of);
  for (const auto& [name, value] : figure.more.members()) line.add(name, value);
  std::printf("%s\n", json::write(line).c_str());
  std::fflush(stdout);
}

double quantile(std::vector<double> values, double share) {
  if (values.empty()) throw std::runtime_error("nothing was measured");
  const auto last = static_cast<double>(values.size() - 1);
  const auto at = static_cast<std::ptrdiff_t>(std::ceil(share * last));
  std::nth_element(values.begin(), values.begin() + at, values.end());
  return values[static_cast<std::size_t>(at)];
}

double seconds_since(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

// /proc/PID/stat after the name in brackets: state is field 3, user time 14 and system time 15.
double cpu_seconds(int pid) {
  const std::string text = test::text_of_file("/proc/" + std::to_string(pid) + "/stat");
  const auto bracket = text.rfind(')');
  if (bracket == std::string::npos) throw std::runtime_error("process " + std::to_string(pid) + " is gone");
  std::istringstream fields(text.substr(bracket + 1));
  std::string skipped;
  for (int field = 3; field < 14; ++field) fields >> skipped;
  double user = 0;
  double system = 0;
  fields >> user >> system;
  return (user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

std::map<std::string, std::uint64_t> numbers_of(int argc, char** argv, std::map<std::string, std::uint64_t> defaults) {
  for (int i = 1; i < argc; i += 2) {
    const auto found = std::strncmp(argv[i], "--", 2) == 0 ? defaults.find(argv[i] + 2) : defaults.end();
    if (found == defaults.end() || i + 1 >= argc) usage(argv[0], defaults);
    const char* end = argv[i + 1] + std::strlen(argv[i + 1]);
    if (std::from_chars(argv[i + 1], end, found->second).ptr != end) usage(argv[0], defaults);
  }
  return defaults;
}

}  // namespace depops::bench
