#pragma once

#include <memory>

#include "agent/kubernetes/connection/connection.h"
#include "agent/ports/job_runner.h"
#include "agent/ports/router.h"
#include "agent/ports/runtime.h"
#include "agent/settings/settings.h"
#include "shared/ports/clock.h"

namespace depops::agent {

// The cluster that a site is a namespace of. Must outlive whatever was made with it.
struct ClusterParts {
  ClusterParts(kubernetes::AccessConfig config, const ports::Clock& clock)
      : access(std::move(config)), connection(access, clock), lease_connection(access, clock) {}

  kubernetes::Access access;
  kubernetes::Connection connection;        // of the router and the Workloads
  kubernetes::Connection lease_connection;  // of the Lease alone: its renewal waits for no other call
};

// `settings.kubernetes` is there. Whether the server can be reached is seen later.
Result<std::unique_ptr<ClusterParts>> open_cluster(const settings::Settings& settings, const ports::Clock& clock);
Result<std::unique_ptr<Runtime>> make_cluster_runtime(const settings::Settings& settings, const ports::Clock& clock);

std::unique_ptr<JobRunner> make_job_runner(const settings::Settings& settings, ClusterParts& cluster,
                                           const ports::Clock& clock);

// `settings.cluster_routing` is there.
std::unique_ptr<Router> make_cluster_router(const settings::Settings& settings, ClusterParts& cluster,
                                            const ports::Clock& clock);

// Numbers from 0 to 1 for back-off. Thread: any.
std::function<double()> chances();

}  // namespace depops::agent
