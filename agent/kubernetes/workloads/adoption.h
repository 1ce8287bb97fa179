#pragma once

#include <string>
#include <vector>

#include "agent/kubernetes/workloads/cluster.h"

// What already ran when a service got its first version: a Deployment that people label with the site, the service and
// `depops.io/adopt: "yes"`. Its pods serve beside those of the first version, and go when that is whole and at rest;
// the object stays. Nobody shares it: who else writes its number of pods has to stop first. Pure.
namespace depops::agent::kubernetes {

// Why nobody takes over from it yet, with what to do; empty: nothing stands against it. `autoscalers`: all of its
// namespace.
std::string stands_against(const Adopted& old, const std::vector<json::Value>& autoscalers);

// It was scaled to nothing and has pods again.
std::string written_back(const Adopted& old);

// What Argo CD and Flux must be told so that they leave the number of pods alone.
std::string ignore_rules(const ObjectName& deployment);

}  // namespace depops::agent::kubernetes
