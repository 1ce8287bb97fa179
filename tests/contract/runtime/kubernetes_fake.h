#pragma once

#include "tests/support/kubernetes/fake_api_server.h"

namespace depops::test {

FakeApiServer& fake_kubernetes();  // the kubernetes_server() of this program

}  // namespace depops::test
