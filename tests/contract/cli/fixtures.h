#pragma once

#include <string>

// Answers of the shapes in hub/api_http/openapi.yaml.
namespace depops::test {

inline const std::string kSites = R"({"items":[
{"name":"fra-1","environment":"production","labels":{"region":"eu-west","ring":"pilot"},"connectivity":"connected",
 "lastSeenAt":"2026-11-23T12:00:00.123Z","health":"healthy","healthAsOf":"2026-11-23T12:00:00.000Z",
 "agentVersion":"0.1.0",
 "generation":{"signed":4,"held":4},
 "services":[{"service":"checkout","version":"1.1","desired":2,"ready":2,
   "weights":[{"version":"1.2","percent":10},{"version":"1.1","percent":90}],"requests":1000,"errors":2}]},
{"name":"sin-1","environment":"production","labels":{},"connectivity":"never","health":"unknown",
 "problem":"never heard of","generation":{"signed":0,"held":0},"services":[]}]})";

inline std::string deployment(const std::string& state, const std::string& rollout_state, int step,
                              const std::string& more = "") {
  return R"({"id":"d-7","service":"checkout","version":"1.2","previousVersion":"1.1","environment":"production",
"kind":"forward","state":")" +
         state +
         R"(","reason":"","actor":"admin","startedAt":"2026-11-23T12:00:00.000Z","changeFailed":false,"updatedSeq":9,
"planDigest":"sha256:0000000000000000000000000000000000000000000000000000000000000000","strategy":"canary",
"steps":[{"type":"setWeight","weight":10,"text":"weight 10 %"},
{"type":"analysis","template":"checkout-errors","text":"analysis errors for 10 s"}],
"waves":[{"name":"all","sites":["fra-1"],"maxConcurrent":1}],
"rollouts":[{"id":"r-1","site":"fra-1","wave":"all","state":")" +
         rollout_state + R"(","phase":"stepping","step":)" + std::to_string(step) +
         R"(,"steps":2,"attempt":1,"strategySkipped":false,
"sets":[{"version":"1.2","set":"checkout-a","desired":1,"ready":1,"available":1,"weight":10,"verifiedLevel":3},
{"version":"1.1","set":"checkout-b","desired":2,"ready":2,"available":2,"weight":90,"verifiedLevel":3}],
"pauses":[],"reason":""}],
"measurements":[{"site":"fra-1","step":1,"attempt":1,"metric":"errors","outcome":"pass",
"window":{"from":"2026-11-23T12:00:02.000Z","to":"2026-11-23T12:00:04.000Z"},"canary":{"requests":40,"errors":0},
"stable":{"requests":360,"errors":1},"value":0.9,"limit":20,
"sentence":"canary 0 of 40, stable 1 of 360","at":"2026-11-23T12:00:04.000Z"}],
"waiting":[])" +
         more + "}";
}

inline const std::string kStarted = R"({"deployment":"d-7","started":true})";
inline const std::string kFrozen =
    R"([{"rule":"freeze christmas","text":"peak season","until":"2027-01-04T15:00:00.000Z","who":"retail-ops"}])";

}  // namespace depops::test
