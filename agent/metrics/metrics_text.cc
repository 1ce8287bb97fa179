#include <prometheus/gauge.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include "agent/metrics/metrics.h"

namespace depops::agent {
namespace {

using Gauges = prometheus::Family<prometheus::Gauge>;

Gauges& family(prometheus::Registry& registry, const char* name, const char* help) {
  return prometheus::BuildGauge().Name(name).Help(help).Register(registry);
}

void add_sets(prometheus::Registry& registry, const SiteView& view) {
  Gauges& weights = family(registry, "depops_agent_traffic_weight_percent", "Share of requests as last ordered");
  Gauges& verified = family(registry, "depops_agent_traffic_verified_level", "0 ordered, 2 read back, 3 measured");
  Gauges& instances = family(registry, "depops_agent_instances", "Instances of a version by state");
  for (const ServiceView& service : view.services) {
    for (const rollout::SetStatus& set : service.status.sets) {
      const prometheus::Labels labels{
          {"service", service.status.service.str()}, {"version", set.label.str()}, {"set", set.set.str()}};
      weights.Add(labels).Set(set.weight);
      verified.Add(labels).Set(set.verified_level);
      const auto count = [&](const char* state, std::uint32_t value) {
        prometheus::Labels with_state = labels;
        with_state["state"] = state;
        instances.Add(with_state).Set(value);
      };
      count("desired", set.desired);
      count("ready", set.ready);
      count("available", set.available);
    }
  }
}

void add_rollouts(prometheus::Registry& registry, const SiteView& view) {
  Gauges& under_way =
      family(registry, "depops_agent_rollout_under_way", "1 while a rollout of the service is under way");
  Gauges& degraded =
      family(registry, "depops_agent_service_degraded", "1 while the service is worse than it should be");
  for (const ServiceView& service : view.services) {
    const prometheus::Labels labels{{"service", service.status.service.str()}};
    under_way.Add(labels).Set(service.target.empty() ? 0 : 1);
    degraded.Add(labels).Set(service.degraded.empty() ? 0 : 1);
  }
}

}  // namespace

std::string metrics_text(const SiteView& view, const std::string& version) {
  prometheus::Registry registry;
  family(registry, "depops_agent_info", "Constant 1").Add({{"site", view.site.str()}, {"version", version}}).Set(1);
  family(registry, "depops_agent_standing_by", "1 while another agent acts on the cluster")
      .Add({})
      .Set(view.standby.empty() ? 0 : 1);
  family(registry, "depops_agent_hub_online", "1 while the hub is there").Add({}).Set(view.hub_online ? 1 : 0);
  family(registry, "depops_agent_generation", "Generation of the desired state held")
      .Add({})
      .Set(static_cast<double>(view.generation.value()));
  family(registry, "depops_agent_backlog_entries", "Entries the hub has not acknowledged")
      .Add({})
      .Set(static_cast<double>(view.backlog));
  family(registry, "depops_agent_storage_ok", "0 while the journal is short of room")
      .Add({})
      .Set(view.storage == "ok" ? 1 : 0);
  add_rollouts(registry, view);
  add_sets(registry, view);
  return prometheus::TextSerializer().Serialize(registry.Collect());
}

}  // namespace depops::agent
