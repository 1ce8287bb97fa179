#include "tests/e2e/stage/documents.h"

#include "tests/e2e/stage/site.h"

namespace depops::stage {
namespace {

constexpr const char* kTemplate = R"(---
apiVersion: depops/v1
kind: AnalysisTemplate
metadata: {name: errors}
spec:
  metrics:
    - name: answers
      provider: {haproxy: {}}
      test: {errors: {alpha: 0.05, toleratedRatio: 1}}
      interval: 500ms
      minRequests: 10
      noDataLimit: 20
    - name: own-count
      provider:
        scrape: {requests: http_requests_total, errors: 'http_requests_total{code="500"}'}
      test: {errors: {alpha: 0.05, toleratedRatio: 1}}
      interval: 500ms
      minRequests: 10
      noDataLimit: 20
)";

std::string head(const Canary& canary) {
  return std::string("apiVersion: depops/v1\nkind: Pipeline\nmetadata: {name: ") + kService +
         "}\nspec:\n  workload:\n    process:\n      command: [bin/start]\n      portVariable: PORT\n"
         "      readiness: {http: {path: " +
         canary.readiness_path +
         "}, interval: 200ms, timeout: 2s}\n      replicas: 2\n      drain: 5s\n      limits: {openFiles: 4096}\n"
         "  environments:\n";
}

// Bears being run again: it is asked for again when the agent died meanwhile.
std::string hook_of(const Canary& canary) {
  if (canary.hook.empty()) return "";
  return "            - hook: {name: migrate, idempotent: true, command: [" + canary.hook + ", up], undo: {command: [" +
         canary.hook + ", back]}}\n";
}

std::string environment(const Stage& stage, const std::string& name, const Canary& canary) {
  std::string text = "    - name: " + name + "\n      settings: {STARTS: " + Site::starts_file(stage, name) +
                     "}\n      strategy:\n        canary:\n          stepTimeout: 1m\n          steps:\n";
  for (const char* weight : {"10", "50", "100"}) {
    text += std::string("            - setWeight: ") + weight + "\n" +
            (weight == std::string("10") ? hook_of(canary) : "") +
            "            - analysis: {template: errors, duration: " +
            (weight == std::string("10") ? canary.first_step : canary.later_step) + "}\n";
  }
  return text + "      rollback: {scope: wave}\n";
}

}  // namespace

std::string canary_documents(const Stage& stage, const Canary& canary) {
  std::string text = head(canary);
  for (const std::string& name : canary.environments) text += environment(stage, name, canary);
  return text + kTemplate;
}

}  // namespace depops::stage
