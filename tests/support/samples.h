#pragma once

#include <string>

#include "shared/join/join.h"
#include "shared/signing/signing.h"
#include "shared/trust/approval.h"

// Documents in which every member says something, for unit tests and as the first inputs of fuzzers.
namespace depops::tests {

inline trust::Statement sample_statement() {
  trust::Statement statement;
  statement.subject = {signing::digest_of("artifact"), signing::digest_of("plan"), ServiceName("checkout"),
                       VersionLabel("1.2"), EnvironmentName("production")};
  statement.person = trust::Person("alice");
  statement.reason = "looked at the diff: \"fine\" \\ \xC3\xA9\xF0\x9F\x98\x80";
  statement.not_before = Instant(Millis(1'790'000'000'000));
  statement.not_after = Instant(Millis(1'790'000'600'000));
  return statement;
}

inline join::Answer sample_join_answer(const signing::PublicKey& hub_key) {
  join::Answer answer;
  answer.site = SiteName("fra-1");
  answer.environment = EnvironmentName("production");
  answer.site_epoch = SiteEpoch(2);
  answer.certificate = "certificate";
  answer.infra_ca = "authority";
  answer.broker_url = "mqtts://127.0.0.1:8883";
  answer.artifacts_url = "https://127.0.0.1:8481";
  answer.hub_id = "0123456789abcdef";
  answer.hub_key = hub_key;
  answer.trust_root = std::string("\0root\xff", 6);
  answer.other_brokers = {"mqtts://127.0.0.2:8883"};
  answer.floors = {Generation(7), HubEpoch(3), 2, Instant(Millis(1'700'000'000'123))};
  return answer;
}

}  // namespace depops::tests
