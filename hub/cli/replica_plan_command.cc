#include <CLI/CLI.hpp>
#include <charconv>
#include <memory>
#include <optional>

#include "hub/cli/commands.h"
#include "hub/cli/ladder.h"
#include "shared/rollout/amount.h"
#include "shared/rollout/replica_canary.h"
#include "shared/rollout/replica_resize.h"

// How many instances of each version there should be next: numbers in, numbers out; or the whole ladder of a file.
// Needs no hub.
namespace depops::hub::cli {
namespace {

using json::Value;
using rollout::Side;

constexpr std::uint32_t kReplicasMax = 100'000;

struct ReplicaPlanOptions {
  LadderOptions ladder;
  bool given = false;  // --replicas
  std::uint32_t replicas = 0;
  std::uint32_t weight = 0;
  std::string max_surge = "25%";
  std::string max_unavailable;  // empty: 25% rolling, 0 else
  std::string stable;           // empty: all of them
  std::string canary = "0/0";
  std::uint32_t older = 0;
  bool first = false;
  bool rolling = false;
  bool router = false;
  bool dynamic_stable = false;
  bool aborting = false;
  std::optional<std::uint32_t> routed;
  std::optional<std::uint32_t> instances;
  std::uint32_t least = 0;
  std::optional<std::uint32_t> resize_to;
};

Trouble wrong(const std::string& option, const std::string& text, const char* meant) {
  return {Exit::usage, option + " is \"" + text.substr(0, 60) + "\"; " + meant};
}

// "10/8": ordered, and of these available.
Answer<Side> side_of(const std::string& option, const std::string& text) {
  Side side;
  const char* end = text.data() + text.size();
  const auto spec = std::from_chars(text.data(), end, side.spec);
  const bool slash = spec.ec == std::errc() && spec.ptr != end && *spec.ptr == '/';
  const auto available = slash ? std::from_chars(spec.ptr + 1, end, side.available) : spec;
  const bool whole = slash && available.ec == std::errc() && available.ptr == end;
  if (whole && side.spec <= kReplicasMax && side.available <= kReplicasMax) return side;
  return wrong(option, text, "ORDERED/AVAILABLE is meant, like 10/8");
}

struct Numbers {
  rollout::CountOrPercent surge;
  rollout::CountOrPercent unavailable;
  Side stable;
  Side canary;
};

Answer<Numbers> numbers_of(const ReplicaPlanOptions& options) {
  const std::string all = std::to_string(options.replicas) + "/" + std::to_string(options.replicas);
  const auto stable = side_of("--stable", options.stable.empty() ? all : options.stable);
  if (!stable.ok()) return stable.trouble();
  const auto canary = side_of("--canary", options.canary);
  if (!canary.ok()) return canary.trouble();
  const auto surge = rollout::parse_amount(options.max_surge);
  if (!surge) return Trouble{Exit::usage, "--max-surge " + surge.error().what};
  const std::string otherwise = options.rolling ? "25%" : "0";
  const auto down = rollout::parse_amount(options.max_unavailable.empty() ? otherwise : options.max_unavailable);
  if (!down) return Trouble{Exit::usage, "--max-unavailable " + down.error().what};
  return Numbers{*surge, *down, *stable, *canary};
}

rollout::Counts by_router(const ReplicaPlanOptions& options) {
  rollout::RoutedCanary now;
  now.n = options.replicas;
  now.weight = options.aborting ? 0 : options.weight;
  now.instances = options.instances;
  now.least = options.least;
  now.dynamic_stable = options.dynamic_stable;
  now.aborting = options.aborting;
  if (options.routed) now.actual = rollout::RoutedWeights{*options.routed, 100 - *options.routed};
  return rollout::counts_with_router(now);
}

rollout::Counts by_ratio(const ReplicaPlanOptions& options, const Numbers& numbers) {
  rollout::RatioCanary now;
  now.n = options.replicas;
  now.weight = options.aborting ? 0 : options.weight;
  now.bounds = rollout::bounds_of(numbers.surge, numbers.unavailable, now.n);
  if (!options.first) now.stable = numbers.stable;
  now.canary = numbers.canary;
  now.older = options.older;
  return rollout::next_by_ratio(now);
}

// The new set first; the old one when the new one can not grow.
rollout::Counts by_rolling(const ReplicaPlanOptions& options, const Numbers& numbers) {
  const std::uint32_t n = options.replicas;
  const rollout::Bounds bounds = rollout::bounds_of(numbers.surge, numbers.unavailable, n);
  const std::uint32_t next = rollout::next_new(n, bounds, numbers.canary.spec, numbers.stable.spec);
  if (next != numbers.canary.spec) return {numbers.stable.spec, next};
  return {rollout::next_old(n, bounds, numbers.canary, numbers.stable), next};
}

rollout::Counts by_resize(const ReplicaPlanOptions& options, const Numbers& numbers) {
  const auto most = [&](std::uint32_t n) {
    return n + rollout::bounds_of(numbers.surge, numbers.unavailable, n).surge;
  };
  const std::uint32_t n = *options.resize_to;
  const std::uint32_t before = most(options.replicas);
  const auto sizes = rollout::resized(n, most(n) - n, {{numbers.canary.spec, before}, {numbers.stable.spec, before}});
  return {sizes[1], sizes[0]};
}

Exit plan(Session& session, ReplicaPlanOptions& options) {
  if (!options.ladder.files.empty()) {
    if (options.given) options.ladder.replicas = options.replicas;
    options.ladder.first = options.first;
    return print_ladder(session, options.ladder);
  }
  if (!options.given) return session.fail({Exit::usage, "give --replicas, or a pipeline with -f"});
  const auto numbers = numbers_of(options);
  if (!numbers.ok()) return session.fail(numbers.trouble());
  const rollout::Counts counts = options.resize_to ? by_resize(options, *numbers)
                                 : options.rolling ? by_rolling(options, *numbers)
                                 : options.router  ? by_router(options)
                                                   : by_ratio(options, *numbers);
  if (session.table()) {
    return session.print_text("stable " + std::to_string(counts.stable) + ", canary " + std::to_string(counts.canary) +
                              "\n");
  }
  Value value = Value::object();
  value.add("stable", Value(counts.stable)).add("canary", Value(counts.canary));
  return session.print_one({"counts", "stable", {}}, value);
}

void add_options(CLI::App& command, ReplicaPlanOptions& options) {
  const auto replicas = CLI::Range(std::uint32_t{0}, kReplicasMax);
  const auto percent = CLI::Range(std::uint32_t{0}, std::uint32_t{100});
  command.add_option("--replicas", options.replicas, "instances of the workload; with -f instead of the pipeline's")
      ->check(replicas)
      ->each([&options](const std::string&) { options.given = true; });
  command.add_option("--weight", options.weight, "percent of the requests that the canary is to get")->check(percent);
  command.add_option("--max-surge", options.max_surge, "count or percentage above --replicas")->capture_default_str();
  command.add_option("--max-unavailable", options.max_unavailable, "count or percentage; else 0, 25% with --rolling");
  command.add_option("--stable", options.stable, "ORDERED/AVAILABLE as it is now; else all of them");
  command.add_option("--canary", options.canary, "ORDERED/AVAILABLE as it is now; the new set with --rolling")
      ->capture_default_str();
  command.add_option("--older", options.older, "instances of still older sets")->check(replicas);
  command.add_flag("--first", options.first, "there is no stable version");
  CLI::Option* rolling = command.add_flag("--rolling", options.rolling, "a rolling update, as Kubernetes does it");
  CLI::Option* router = command.add_flag("--router", options.router, "a router weighs the requests");
  command.add_flag("--dynamic-stable", options.dynamic_stable, "stable follows its share")->needs(router);
  command.add_flag("--abort", options.aborting, "on the way back");
  command.add_option("--routed", options.routed, "percent that the router sends to the canary now")
      ->check(percent)
      ->needs(router);
  command.add_option("--instances", options.instances, "setScale: so many of the canary")
      ->check(replicas)
      ->needs(router);
  command.add_option("--least", options.least, "at least so many of a set that has any")
      ->check(replicas)
      ->needs(router);
  command
      .add_option("--resize-to", options.resize_to, "the workload is resized from --replicas to this in mid-rollout")
      ->check(replicas);
  rolling->excludes(router);
}

// The whole ladder of an environment's strategy, and whether the traffic can decide on it.
void add_ladder_options(CLI::App& command, LadderOptions& options) {
  CLI::Option* file = command.add_option("-f,--file", options.files, "pipeline and templates: the whole ladder of ...");
  CLI::Option* environment = command.add_option("-e,--environment", options.environment, "... this environment");
  file->needs(environment);
  environment->needs(file);
  CLI::Option* rps = command.add_option("--rps", options.rps, "requests per second of both versions: can they decide?");
  CLI::Option* base = command.add_option("--base", options.base, "error rate of the stable version, like 0.002");
  rps->check(CLI::Range(1e-6, 1e9))->needs(file)->needs(base);
  base->check(CLI::Range(1e-9, 0.999))->needs(rps);
  command.add_option("--ratio", options.ratio, "canary / stable that must be found")
      ->capture_default_str()
      ->check(CLI::Range(1.1, 50.0));
}

}  // namespace

void add_replica_plan_command(CLI::App& rollout, Session& session, Action& action) {
  auto options = std::make_shared<ReplicaPlanOptions>();
  CLI::App* command = rollout.add_subcommand("plan", "how many instances there should be next; needs no hub");
  add_options(*command, *options);
  add_ladder_options(*command, options->ladder);
  command->callback([&session, &action, options] { action = [&session, options] { return plan(session, *options); }; });
}

}  // namespace depops::hub::cli
