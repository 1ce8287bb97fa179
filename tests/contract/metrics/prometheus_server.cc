#include "tests/contract/metrics/prometheus_server.h"

#include <cstdlib>
#include <fstream>
#include <stdexcept>

namespace depops::test {

PrometheusServer::PrometheusServer(std::uint16_t target) : port_(free_port()) {
  std::string name = (std::filesystem::temp_directory_path() / "depops-prometheus-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no folder of its own for Prometheus");
  folder_ = name;
  const std::string config = (folder_ / "prometheus.yml").string();
  // The page's own labels count: it plays several instances.
  std::ofstream(config) << "global: {scrape_interval: 200ms, scrape_timeout: 200ms}\n"
                           "scrape_configs:\n"
                           "  - job_name: page\n"
                           "    honor_labels: true\n"
                           "    static_configs: [{targets: ['127.0.0.1:"
                        << target << "']}]\n";
  server_ =
      Child({"/usr/bin/prometheus", "--config.file=" + config, "--storage.tsdb.path=" + (folder_ / "data").string(),
             "--web.listen-address=" + address(), "--log.level=warn"},
            (folder_ / "log").string());
}

PrometheusServer::~PrometheusServer() {
  server_.kill();
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

}  // namespace depops::test
