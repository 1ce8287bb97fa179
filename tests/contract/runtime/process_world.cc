#include "tests/contract/runtime/process_world.h"

#include <signal.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <fstream>

#include "tests/support/paths.h"

namespace depops::test {
namespace {

const std::string kDigits(64, 'a');

std::string read_boot_id() {
  std::string id;
  std::ifstream("/proc/sys/kernel/random/boot_id") >> id;
  return id;
}

}  // namespace

Moment SystemClock::now() const {
  static const BootId boot(read_boot_id());
  timespec up{};
  ::clock_gettime(CLOCK_BOOTTIME, &up);
  const auto wall = std::chrono::time_point_cast<Millis>(std::chrono::system_clock::now());
  return {wall, Millis{up.tv_sec * 1000 + up.tv_nsec / 1'000'000}, boot};
}

ProcessWorld::ProcessWorld()
    : RunningWorld(
          [this] {
            auto made = agent::make_process_runtime(settings(), clock_);
            REQUIRE((made.ok() ? "" : made.error().what) == std::string());
            return std::move(made).value();
          },
          std::chrono::seconds(20)) {
  std::string pattern = std::filesystem::temp_directory_path() / "depops-runtime-XXXXXX";
  dir_ = ::mkdtemp(pattern.data());
  // Tests run side by side: each process has its own slice of the ports.
  first_port_ = static_cast<std::uint16_t>(12'000 + (::getpid() % 300) * 50);
  const auto artifact = dir_ / "artifacts" / kDigits;
  std::filesystem::create_directories(artifact);
  std::filesystem::create_symlink(bin_dir() + "/depops-demo-checkout", artifact / "checkout");
  start_agent();
}

ProcessWorld::~ProcessWorld() {
  stop_agent();
  for (const auto& entry : std::filesystem::directory_iterator(dir_ / "state" / "instances")) {
    const int pid = pid_of(EndpointId(entry.path().filename().string()));
    if (pid > 0) ::kill(pid, SIGKILL);
    for (int i = 0; i < 2'000 && !std::filesystem::exists(entry.path() / "exit"); ++i) ::usleep(1'000);
  }
  std::filesystem::remove_all(dir_);
}

agent::ProcessSettings ProcessWorld::settings() const {
  agent::ProcessSettings settings;
  settings.site = "test-" + dir_.filename().string();
  settings.state_dir = dir_ / "state";
  settings.artifacts_dir = dir_ / "artifacts";
  settings.shim = bin_dir() + "/depops-shim";
  settings.first_port = first_port_;
  settings.last_port = static_cast<std::uint16_t>(first_port_ + 49);
  return settings;
}

agent::SetOrder ProcessWorld::order(const std::string& label, std::uint32_t replicas) {
  agent::SetOrder order;
  order.replicas = replicas;
  order.snapshot.service = ServiceName("checkout");
  order.snapshot.environment = EnvironmentName("production");
  order.snapshot.label = VersionLabel(label);
  order.snapshot.set = SetId("checkout-" + label);
  order.snapshot.artifact = Digest("sha256:" + kDigits);
  order.snapshot.workload.command = {"checkout"};
  return order;
}

int ProcessWorld::pid_of(const EndpointId& id) const {
  int pid = 0;
  std::ifstream(dir_ / "state" / "instances" / id.str() / "child") >> pid;
  return pid;
}

void ProcessWorld::crash(const EndpointId& id) {
  const int pid = pid_of(id);
  REQUIRE(pid > 0);
  ::kill(pid, SIGKILL);
}

}  // namespace depops::test
