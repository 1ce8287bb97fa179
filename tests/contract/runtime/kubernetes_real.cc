#include <cstdlib>
#include <stdexcept>

#include "tests/contract/runtime/kubernetes_world.h"
#include "tests/support/kubernetes/control_plane.h"

namespace depops::test {

ApiServer& kubernetes_server() {
  const char* assets = std::getenv("KUBEBUILDER_ASSETS");
  if (assets == nullptr) throw std::runtime_error("KUBEBUILDER_ASSETS must name a folder with a control plane");
  static ControlPlane plane(assets, ControlPlane::Controllers::yes);
  return plane;
}

}  // namespace depops::test
