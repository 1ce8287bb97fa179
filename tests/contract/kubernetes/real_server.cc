#include <cstdlib>
#include <stdexcept>

#include "tests/support/kubernetes/control_plane.h"

namespace depops::test {

ApiServer& api_server() {
  const char* assets = std::getenv("KUBEBUILDER_ASSETS");
  if (assets == nullptr) throw std::runtime_error("KUBEBUILDER_ASSETS must name a folder with etcd and kube-apiserver");
  static ControlPlane plane(assets);
  return plane;
}

}  // namespace depops::test
