#include "tests/contract/runtime/kubernetes_fake.h"

#include "tests/contract/runtime/kubernetes_world.h"

namespace depops::test {

FakeApiServer& fake_kubernetes() {
  static FakeApiServer server;
  static const bool runs = (server.run_controllers(), true);
  (void)runs;
  return server;
}

ApiServer& kubernetes_server() { return fake_kubernetes(); }

}  // namespace depops::test
