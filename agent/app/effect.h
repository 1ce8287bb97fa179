#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "agent/ports/artifacts.h"
#include "agent/ports/hooks.h"
#include "agent/ports/metric_source.h"
#include "agent/ports/router.h"
#include "agent/ports/runtime.h"
#include "agent/ports/site_view.h"
#include "shared/base/names.h"
#include "shared/sync/frame.h"

// What the driver is to do after the commit. Every one may be repeated or lost by a crash without harm.
namespace depops::agent {

struct ApplyRuntime {
  RuntimeOrders orders;
};

struct ApplyRouter {
  RouterOrders orders;
};

struct WantArtifacts {
  std::vector<ArtifactRef> refs;
};

struct Measure {
  std::vector<MeasureOrder> orders;  // metric names are "<service>/<metric>"
};

// Read entries from the journal and publish them as one Run; then give EntriesSent.
struct SendEntries {
  sync::Stream stream = sync::Stream::events;
  Sequence first;
  std::uint64_t max_entries = 1;
  std::uint64_t max_bytes = 0;  // one entry is sent even when it alone is longer
};

struct SendHello {
  sync::Hello hello;
};

// What the hub asked for.
struct SendAnswer {
  std::variant<sync::Gone, sync::Inventory, sync::SnapshotPart> answer;
};

struct SendTelemetry {
  sync::Telemetry telemetry;
};

struct AnswerVerb {
  std::uint64_t ticket = 0;
  bool accepted = false;
  std::string text;
};

struct AnswerStatus {
  std::uint64_t ticket = 0;
  SiteView view;
};

struct ApplyHooks {
  HookOrders orders;
};

using Effect = std::variant<ApplyRuntime, ApplyRouter, WantArtifacts, Measure, SendEntries, SendHello, SendAnswer,
                            SendTelemetry, AnswerVerb, AnswerStatus, ApplyHooks>;

}  // namespace depops::agent
