#pragma once

#include "tests/support/kubernetes/fake_api_server.h"

namespace depops::test {

FakeApiServer& fake_server();  // the api_server() of this program

// No fault outlives its test.
struct Forgiven {
  ~Forgiven() { fake_server().forgive(); }
};

}  // namespace depops::test
