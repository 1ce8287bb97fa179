#pragma once

#include <string>
#include <variant>
#include <vector>

#include "shared/base/moment.h"

namespace depops::analysis {

// Where numbers come from. `haproxy`: the router's own counters of both sets.
struct HaproxyProvider {
  bool operator==(const HaproxyProvider&) const = default;
};

// Prometheus text read by the agent from every running instance of both sets. `requests` and `errors` are series
// selectors like `http_requests_total{code=~"5.."}`: names plus label matchers, summed per instance.
struct ScrapeProvider {
  std::string path = "/metrics";
  std::string requests;
  std::string errors;
  std::string value;        // for conditions: the series whose per-set sum is `result`
  std::string histogram{};  // for the latency test: its name without _bucket, and matchers
  bool operator==(const ScrapeProvider&) const = default;
};

// A Prometheus server, asked with instant queries. What tells the versions apart in a query: placeholders.h.
struct PrometheusProvider {
  std::string url;       // "http://prometheus:9090"; empty: the one in the site's settings
  std::string query;     // for conditions and gauges: one number per version
  std::string requests;  // counters since the start of each instance, never rates
  std::string errors;
  Millis stale_after{120'000};  // what was last sampled longer ago is not there, [1 s, 1 h]
  std::string histogram{};      // for the latency test: the buckets as they stand, with their label `le`
  bool operator==(const PrometheusProvider&) const = default;
};

// A page of JSON. What tells the versions apart in URL and pointers: placeholders.h.
struct HttpProvider {
  std::string url;
  std::string value;  // JSON pointers (RFC 6901), empty: not asked for
  std::string requests;
  std::string errors;
  bool operator==(const HttpProvider&) const = default;
};

// A program at the site. What tells the versions apart in its arguments: placeholders.h.
struct CommandProvider {
  std::string program;  // an absolute path
  std::vector<std::string> arguments;
  Millis timeout{4'000};  // of one reading, for all its runs, [100 ms, 4 s]
  bool number = false;    // `result` is the number on standard output, else the exit status
  bool operator==(const CommandProvider&) const = default;
};

// What the runtime knows about the instances of each version (agent/ports/runtime.h).
enum class WorkloadCount { restarts, unready, flaps };
struct WorkloadProvider {
  WorkloadCount count = WorkloadCount::restarts;
  bool operator==(const WorkloadProvider&) const = default;
};

// Lines in the logs of the instances: all of them as requests, those that hold any of the texts as errors.
struct LogsProvider {
  std::vector<std::string> any_of;
  bool operator==(const LogsProvider&) const = default;
};

// A Job of Kubernetes that the version brings: each run of it is one measurement, `result` is 0 if it is complete and 1
// if it has failed.
struct JobProvider {
  std::string manifest;    // a file of the unpacked artifact that holds it, and nothing else
  Millis timeout{60'000};  // of one run, [1 s, 1 h]
  bool operator==(const JobProvider&) const = default;
};

using Provider = std::variant<HaproxyProvider, ScrapeProvider, PrometheusProvider, HttpProvider, CommandProvider,
                              WorkloadProvider, LogsProvider, JobProvider>;

}  // namespace depops::analysis
