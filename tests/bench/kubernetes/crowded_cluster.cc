#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>
#include <string>

#include "tests/bench/kubernetes/crowd.h"
#include "tests/support/kubernetes/fake_api_server.h"

// crowded_cluster FOLDER PODS: a cluster with so many pods of others, which makes pods of Deployments and lets them
// run. Its login is FOLDER/kubeconfig, and every request that comes is a line of FOLDER/requests. Until SIGTERM.
namespace {

constexpr timespec kPace{0, 100'000'000};

void serve(const std::string& folder, std::size_t pods) {
  using namespace depops;
  sigset_t end;
  sigemptyset(&end);
  sigaddset(&end, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &end, nullptr);  // before any thread
  test::FakeApiServer server;
  server.change([pods](test::FakeObjects& objects) { bench::add_crowd(objects, pods); });
  server.run_controllers();
  std::ofstream requests(folder + "/requests");
  std::filesystem::copy_file(server.kubeconfig(), folder + "/kubeconfig.new");
  std::filesystem::rename(folder + "/kubeconfig.new", folder + "/kubeconfig");
  while (sigtimedwait(&end, nullptr, &kPace) < 0) {
    server.change(bench::run_pods);
    for (const std::string& request : server.requests()) requests << request << '\n';
    requests.flush();
  }
}

}  // namespace

int main(int count, char** words) {
  if (count != 3) {
    std::fprintf(stderr, "usage: crowded_cluster FOLDER PODS\n");
    return 2;
  }
  try {
    serve(words[1], std::strtoul(words[2], nullptr, 10));
  } catch (const std::exception& trouble) {
    std::fprintf(stderr, "crowded_cluster: %s\n", trouble.what());
    return 1;
  }
  return 0;
}
