#pragma once

#include <string>

#include "tests/support/kubernetes/fake_target.h"

namespace depops::test {

// What somebody wants to do, in the words of RBAC.
struct FakeAct {
  std::string verb;      // get, list, watch, create, patch, delete
  std::string group;     // "apps"
  std::string resource;  // "deployments/scale"
  std::string space;

  std::string text() const { return verb + " " + group + "/" + resource; }
};

FakeAct act_of(const FakeTarget& target, const std::string& method);
FakeAct act_of(const json::Value& review);  // of a SelfSubjectAccessReview

bool allows(const json::Value& role, const FakeAct& act);
bool names_account(const json::Value& binding, const std::string& space, const std::string& account);

}  // namespace depops::test
