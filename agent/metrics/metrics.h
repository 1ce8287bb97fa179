#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "agent/ports/site_view.h"
#include "shared/base/result.h"

namespace depops::agent {

// The agent's own metrics in Prometheus text. No rollout id is ever a label.
std::string metrics_text(const SiteView& view, const std::string& version);

// GET /metrics (asks `view` each time) and GET /healthz on one port, two threads. Stops when destroyed.
class MetricsHttp {
 public:
  // `listen`: "127.0.0.1:9100"; port 0 takes a free one. Error: the port is in use, named with the remedy.
  static Result<std::unique_ptr<MetricsHttp>> listen(const std::string& listen, const std::string& version,
                                                     std::function<Result<SiteView>()> view);
  virtual ~MetricsHttp() = default;
  virtual std::uint16_t port() const = 0;
};

}  // namespace depops::agent
