#pragma once

#include <string>
#include <vector>

#include "tests/support/child.h"
#include "tests/support/kubernetes/control_plane.h"

namespace depops::test {

// containerd, kubelet and kube-scheduler on a control plane with its node controllers: pods are containers with
// addresses of their own, 10.200.0.x, from which they reach the node, and the API server as it is told to them. For
// programs that run under tests/e2e/kubernetes/on_real_node.sh, which made the namespaces, the cgroup and the images.
// Throws with the end of a log if something does not start.
class RealNode {
 public:
  RealNode(const ControlPlane& plane, const std::string& assets);
  ~RealNode();

  static bool wanted();                         // the program runs under on_real_node.sh
  static constexpr std::uint16_t kPort = 8080;  // where the image takes requests
  static constexpr const char* kAddress = "10.99.0.1";

  // The words of a command that runs these in a container, as whom and with what it runs itself; by the id that the
  // pod's status tells after "containerd://". Its output and exit status are theirs.
  std::vector<std::string> exec(const std::string& container, const std::vector<std::string>& words);
  void kill(const std::string& container);  // SIGKILL to what it runs

 private:
  void start_containerd();
  void import_images();
  std::vector<std::string> ctr(const std::vector<std::string>& words) const;
  void start_kubelet();
  void wait_until_ready();
  std::string file(const std::string& name) const { return folder_ + "/" + name; }

  const ControlPlane& plane_;
  const std::string assets_;
  const std::string folder_;
  Child containerd_;
  Child kubelet_;
  Child scheduler_;
  int execs_ = 0;
};

}  // namespace depops::test
