#include "tests/contract/kubernetes/fake_server.h"

namespace depops::test {

FakeApiServer& fake_server() {
  static FakeApiServer server;
  return server;
}

ApiServer& api_server() { return fake_server(); }

}  // namespace depops::test
