#include "agent/command/command_reader.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>

#include "shared/analysis/placeholders.h"
#include "shared/spawn/run_program.h"

namespace depops::agent {
namespace {

using analysis::CommandProvider;
using Steady = std::chrono::steady_clock;

constexpr std::size_t kOutputMax = 4'096;
constexpr std::size_t kShownMax = 80;

// The one number of the output, with blanks around it.
Result<double> number_in(const std::string& output) {
  char* end = nullptr;
  const double number = std::strtod(output.c_str(), &end);
  const bool any = end != output.c_str();
  const std::string rest(end);
  const bool only = output.size() < kOutputMax &&
                    std::all_of(rest.begin(), rest.end(), [](unsigned char c) { return std::isspace(c) != 0; });
  if (any && only && output.find('\0') == std::string::npos) return number;
  std::string shown = output.substr(0, kShownMax);
  std::replace_if(
      shown.begin(), shown.end(), [](unsigned char c) { return std::isprint(c) == 0; }, ' ');
  return Error{Errc::invalid, "must write one number to standard output, and wrote \"" + shown + "\""};
}

bool asks_twice(const CommandProvider& provider) {
  return std::any_of(provider.arguments.begin(), provider.arguments.end(),
                     [](const std::string& argument) { return analysis::tells_versions_apart(argument); });
}

Program program_of(const CommandProvider& provider, const MeasureOrder& order, const MeasuredSet& set) {
  Program program{.words = {provider.program}};
  for (const std::string& argument : provider.arguments) {
    program.words.push_back(analysis::for_version(argument, set.set.str(), set.version.str()));
  }
  const std::string& metric = order.metric.str();  // "service/metric"
  program.environment = {"DEPOPS_SERVICE=" + order.service.str(),
                         "DEPOPS_ROLLOUT=" + order.rollout.str(),
                         "DEPOPS_METRIC=" + metric.substr(metric.find('/') + 1),
                         "DEPOPS_SET=" + set.set.str(),
                         "DEPOPS_VERSION=" + set.version.str(),
                         "DEPOPS_CANARY_SET=" + order.canary.set.str(),
                         "DEPOPS_STABLE_SET=" + (order.stable ? order.stable->set.str() : std::string())};
  return program;
}

class CommandReader : public MetricReader {
 public:
  explicit CommandReader(const ports::Clock& clock) : clock_(clock), stop_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}
  CommandReader(const CommandReader&) = delete;
  CommandReader& operator=(const CommandReader&) = delete;
  ~CommandReader() override { ::close(stop_); }

  Measured read(const MeasureOrder& order) override {
    Measured measured;
    measured.reading = {order.metric, clock_.now().wall, {}};
    const Result<void> read = read_into(order, measured);
    if (!read.ok()) measured.error = read.error().what;
    return measured;
  }

  void stop() override { (void)::eventfd_write(stop_, 1); }

 private:
  Result<void> read_into(const MeasureOrder& order, Measured& measured) const {
    const auto* provider = std::get_if<CommandProvider>(&order.provider);
    if (provider == nullptr) return Error{Errc::invalid, "this metric is not one of a program"};
    const Steady::time_point deadline = Steady::now() + provider->timeout;
    DEPOPS_TRY_VOID(read_set(*provider, order, order.canary, deadline, measured));
    if (!order.stable || !asks_twice(*provider)) return {};
    return read_set(*provider, order, *order.stable, deadline, measured);
  }

  Result<void> read_set(const CommandProvider& provider, const MeasureOrder& order, const MeasuredSet& set,
                        Steady::time_point deadline, Measured& measured) const {
    const auto left = std::chrono::ceil<Millis>(deadline - Steady::now());
    const auto ended =
        run_program(program_of(provider, order, set), {.time = left, .output = kOutputMax, .stop_fd = stop_});
    if (!ended.ok()) return ended.error().in(provider.program);
    if (!provider.number) return measured.values.emplace_back(set.set, ended->status), Result<void>();
    if (ended->status != 0) {
      return Error{Errc::unavailable, provider.program + ": ended with status " + std::to_string(ended->status)};
    }
    const Result<double> number = number_in(ended->output);
    if (!number.ok()) return number.error().in(provider.program);
    if (!std::isnan(*number)) measured.values.emplace_back(set.set, *number);
    if (std::isnan(*number) && measured.nothing.empty()) measured.nothing = provider.program + " wrote NaN";
    return {};
  }

  const ports::Clock& clock_;
  int stop_;
};

}  // namespace

std::unique_ptr<MetricReader> make_command_reader(const ports::Clock& clock) {
  return std::make_unique<CommandReader>(clock);
}

}  // namespace depops::agent
