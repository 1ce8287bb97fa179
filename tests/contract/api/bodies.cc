#include "tests/contract/api/running_hub.h"

namespace depops::tests {

std::string environment_body(const std::string& name, const std::string& tier) {
  return R"({"name":")" + name + R"(","tier":")" + tier + "\"}";
}

std::string pipeline_text() {
  return R"(apiVersion: depops/v1
kind: Pipeline
metadata:
  name: checkout
spec:
  workload:
    process:
      command: [bin/checkout]
      portVariable: PORT
      readiness: {http: {path: /ready}, interval: 200ms, timeout: 1s}
      replicas: 2
  environments:
    - name: staging
      strategy:
        rolling: {maxSurge: 1, maxUnavailable: 0, stepTimeout: 1m}
    - name: production
      promote: {from: staging}
      waves:
        - {name: first, sites: {names: [fra-1]}, maxConcurrent: 1}
        - {name: rest, sites: {names: [sin-1]}, maxConcurrent: 1}
      strategy:
        canary:
          stepTimeout: 1m
          steps:
            - setWeight: 10
            - analysis: {template: errors, duration: 10s}
            - pause: {}
            - setWeight: 100
)";
}

std::string template_text() {
  return R"(apiVersion: depops/v1
kind: AnalysisTemplate
metadata:
  name: errors
spec:
  metrics:
    - name: errors
      provider: {haproxy: {}}
      test: {errors: {alpha: 0.05, toleratedRatio: 1}}
      interval: 2s
      minRequests: 100
      noDataLimit: 3
)";
}

}  // namespace depops::tests
