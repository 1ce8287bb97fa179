#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <functional>
#include <sstream>
#include <thread>

#include "tests/contract/runtime/process_world.h"
#include "tests/support/paths.h"

namespace depops::test {
namespace {

using agent::RuntimeFacts;

std::string read_file(const std::filesystem::path& path) {
  std::stringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

agent::SetOrder shell(ProcessWorld& world, const std::string& script) {
  agent::SetOrder order = world.order("shell", 1);
  order.snapshot.workload.command = {"/bin/sh", "-c", script};
  return order;
}

auto trouble_has(const std::string& words) {
  return [words](const RuntimeFacts& facts) {
    return std::ranges::any_of(facts.sets,
                               [&](const auto& set) { return set.trouble.find(words) != std::string::npos; });
  };
}

auto all_ready(std::size_t count) {
  return [count](const RuntimeFacts& facts) {
    return facts.endpoints.size() == count && std::ranges::all_of(facts.endpoints, [](const auto& endpoint) {
             return endpoint.state == agent::EndpointState::ready;
           });
  };
}

// Whether somebody on this host has a connection open to the port: remote address and state in the kernel's own list.
bool is_connected_to(std::uint16_t port) {
  char remote[32];
  std::snprintf(remote, sizeof remote, " 0100007F:%04X 01 ", port);
  return read_file("/proc/net/tcp").find(remote) != std::string::npos;
}

void wait_until(const char* what, const std::function<bool()>& is_so) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (!is_so()) {
    if (std::chrono::steady_clock::now() > deadline) FAIL("after 30 s still not: " << what);
    std::this_thread::yield();
  }
}

TEST_CASE("the process runtime keeps the contract of its port") {
  runtime_cases([] { return std::make_unique<ProcessWorld>(); });
}

TEST_CASE("an agent that was killed finds its processes, also one it was about to write down") {
  ProcessWorld world;
  world.stop_agent();
  auto order = world.order("1.0", 3);
  int told[2];
  REQUIRE(::pipe(told) == 0);
  const int how_many = GENERATE(0, 1, 2, 3);  // ready when the blow falls
  const pid_t agent = ::fork();
  if (agent == 0) {
    SystemClock clock;
    auto runtime = std::move(make_process_runtime(world.settings(), clock)).value();
    runtime->start([&](RuntimeFacts facts) {
      const auto ready = static_cast<int>(
          std::ranges::count_if(facts.endpoints, [](const auto& e) { return e.state == agent::EndpointState::ready; }));
      if (ready >= how_many && !facts.endpoints.empty()) (void)!::write(told[1], "x", 1);
    });
    runtime->apply({1, {order}, {}});
    for (;;) ::pause();
  }
  char byte = 0;
  REQUIRE(::read(told[0], &byte, 1) == 1);
  ::kill(agent, SIGKILL);
  ::waitpid(agent, nullptr, 0);
  world.start_agent();
  world.apply({1, {order}, {}});
  const RuntimeFacts facts = world.wait(all_ready(3));
  REQUIRE(facts.sets.at(0).restarts == 0);
  std::size_t folders = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(world.dir() / "state" / "instances")) {
    folders += 1;
  }
  REQUIRE(folders == 3);  // three were started in all, none twice
  ::close(told[0]);
  ::close(told[1]);
}

TEST_CASE("an instance that hangs for a while has lost its readiness once") {
  ProcessWorld world;
  agent::SetOrder order = world.order("1.0", 1);
  order.snapshot.workload.readiness.interval = Millis(50);
  order.snapshot.workload.readiness.timeout = Millis(200);
  world.apply({1, {order}, {}});
  const RuntimeFacts ready = world.wait(all_ready(1));
  REQUIRE(ready.sets.at(0).flaps == 0);
  const int pid = world.pid_of(ready.endpoints.at(0).id);
  ::kill(pid, SIGSTOP);
  const RuntimeFacts hangs = world.wait([](const RuntimeFacts& facts) { return facts.sets.at(0).ready == 0; });
  CHECK(hangs.sets.at(0).flaps == 1);
  ::kill(pid, SIGCONT);
  const RuntimeFacts again = world.wait(all_ready(1));
  CHECK(again.sets.at(0).flaps == 1);
  CHECK(again.sets.at(0).restarts == 0);
}

TEST_CASE("one probe that got no answer after a restart of the agent does not take away the readiness") {
  ProcessWorld world;
  agent::SetOrder order = world.order("1.0", 1);
  order.snapshot.workload.readiness.interval = Millis(10'000);
  order.snapshot.workload.readiness.timeout = Millis(2'000);
  world.apply({1, {order}, {}});
  const RuntimeFacts ready = world.wait(all_ready(1));
  world.stop_agent();
  const int pid = world.pid_of(ready.endpoints.at(0).id);
  ::kill(pid, SIGSTOP);
  world.start_agent();
  world.apply({1, {order}, {}});
  const std::uint16_t port = ready.endpoints.at(0).port;
  wait_until("a probe is under way", [&] { return is_connected_to(port); });
  wait_until("it is over", [&] { return !is_connected_to(port); });
  ::kill(pid, SIGCONT);
  bool was_unready = false;
  world.wait([&](const RuntimeFacts& facts) {
    for (const auto& endpoint : facts.endpoints)
      was_unready = was_unready || endpoint.state == agent::EndpointState::unready;
    return was_unready || all_ready(1)(facts);
  });
  CHECK_FALSE(was_unready);
}

TEST_CASE("the folder of an instance that a killed agent had forgotten already goes at the next start") {
  ProcessWorld world;
  world.apply({1, {world.order("1.0", 1)}, {}});
  const RuntimeFacts facts = world.wait(all_ready(1));
  world.stop_agent();
  const auto instances = world.dir() / "state" / "instances";
  std::filesystem::create_directories(instances / "checkout-0123456789ab.99");
  std::ofstream(instances / "checkout-0123456789ab.99" / "exit") << "exit 0\n5\n";
  world.start_agent();
  REQUIRE_FALSE(std::filesystem::exists(instances / "checkout-0123456789ab.99"));
  REQUIRE(std::filesystem::exists(instances / facts.endpoints.at(0).id.str()));
}

TEST_CASE("a process gets its port and its words, and nothing of the agent's environment") {
  ::setenv("AGENT_SECRET", "hidden", 1);
  ProcessWorld world;
  agent::SetOrder order = shell(world, "env > \"$DUMP.new\" && mv \"$DUMP.new\" \"$DUMP\"; exec sleep 60");
  order.snapshot.settings = {{"DUMP", world.dir() / "dump"}, {"GREETING", "good day"}, {"DEPOPS_SITE", "forged"}};
  order.snapshot.workload.port_variable = "LISTEN";
  world.apply({1, {order}, {}});
  const RuntimeFacts facts =
      world.wait([&](const auto& now) { return !now.endpoints.empty() && now.endpoints[0].port != 0; });
  for (int i = 0; i < 5'000 && !std::filesystem::exists(world.dir() / "dump"); ++i) ::usleep(1'000);
  const std::string dump = read_file(world.dir() / "dump");
  const std::string site = world.settings().site;
  for (const std::string& line :
       {"LISTEN=" + std::to_string(facts.endpoints[0].port), std::string("GREETING=good day"), "DEPOPS_SITE=" + site,
        std::string("DEPOPS_SERVICE=checkout"), std::string("DEPOPS_VERSION=shell"),
        std::string("DEPOPS_ENVIRONMENT=production"), "DEPOPS_SET=" + facts.endpoints[0].set.str(),
        "DEPOPS_INSTANCE=" + site + "/" + facts.endpoints[0].id.str()}) {
    CAPTURE(line, dump);
    REQUIRE(dump.find(line + "\n") != std::string::npos);
  }
  REQUIRE(dump.find("AGENT_SECRET") == std::string::npos);
}

TEST_CASE("how a process ended is said with its last words") {
  ProcessWorld world;
  world.apply({1, {shell(world, "echo 'bind: Address already in use' >&2; exit 7")}, {}});
  world.wait(trouble_has("exit 7 after 0."));
  world.wait(trouble_has("s: bind: Address already in use"));
  REQUIRE(read_file(world.dir() / "state" / "last-logs" / "checkout-shell.log") == "bind: Address already in use\n");
}

TEST_CASE("trouble names what is missing") {
  ProcessWorld world;
  agent::SetOrder order = world.order("1.0", 1);
  SECTION("the program") {
    order.snapshot.workload.command = {"bin/nothing"};
    world.apply({1, {order}, {}});
    world.wait(trouble_has("cannot run bin/nothing of the artifact: No such file or directory"));
  }
  SECTION("the process of a version that is manifests of Kubernetes") {
    order.snapshot.manifests = rollout::Manifests{{"k8s/"}};
    world.apply({1, {order}, {}});
    world.wait(trouble_has("manifests of Kubernetes and this site runs processes"));
  }
  SECTION("a program outside of the artifact") {
    order.snapshot.workload.command = {"../../bin/sh"};
    world.apply({1, {order}, {}});
    world.wait(trouble_has("leaves the artifact"));
  }
  SECTION("the artifact") {
    order.snapshot.artifact = Digest("sha256:" + std::string(64, 'b'));
    world.apply({1, {order}, {}});
    world.wait(trouble_has("the artifact is not on this host yet"));
  }
}

TEST_CASE("a port answered by another process never makes an instance ready") {
  ProcessWorld world;
  agent::SetOrder order = shell(world, "exec sleep 60");
  order.snapshot.workload.readiness.kind = rollout::Readiness::Kind::tcp;
  world.apply({1, {order}, {}});
  const RuntimeFacts facts = world.wait([](const auto& now) { return !now.endpoints.empty(); });
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int yes = 1;
  ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(facts.endpoints[0].port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  REQUIRE(::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  REQUIRE(::listen(fd, 8) == 0);
  world.wait(trouble_has("is answered by another process"));
  ::close(fd);
}

TEST_CASE("what descends from a process ends with it, also what left its session") {
  ProcessWorld world;
  const std::string script = "setsid sleep 300 & echo $! > \"$DUMP.new\"; mv \"$DUMP.new\" \"$DUMP\"; exec sleep 300";
  agent::SetOrder order = shell(world, script);
  order.snapshot.settings = {{"DUMP", world.dir() / "dump"}};
  world.apply({1, {order}, {}});
  const RuntimeFacts facts = world.wait([](const auto& now) { return !now.endpoints.empty(); });
  int descendant = 0;
  for (int i = 0; i < 5'000 && descendant == 0; ++i) {
    std::ifstream(world.dir() / "dump") >> descendant;
    ::usleep(1'000);
  }
  REQUIRE(descendant > 0);
  world.apply({2, {}, {facts.endpoints[0].id}});
  world.wait([](const auto& now) { return now.endpoints.empty(); });
  const std::string stat = read_file("/proc/" + std::to_string(descendant) + "/stat");
  REQUIRE((stat.empty() || stat.find(") Z ") != std::string::npos));
}

TEST_CASE("the log is kept without the agent and rotates") {
  ProcessWorld world;
  agent::SetOrder order = shell(world, "line=$(printf '%1000s'); while :; do echo \"$line\"; done");
  world.apply({1, {order}, {}});
  const auto folder = world.dir() / "state" / "instances" /
                      world.wait([](const auto& now) { return !now.endpoints.empty(); }).endpoints[0].id.str();
  world.stop_agent();
  for (int i = 0; i < 60'000 && !std::filesystem::exists(folder / "log.1"); ++i) ::usleep(1'000);
  REQUIRE(std::filesystem::file_size(folder / "log.1") <= (16U << 20U));
}

TEST_CASE("settings that can not work are refused with the remedy") {
  ProcessWorld world;
  SystemClock clock;
  agent::ProcessSettings settings = world.settings();
  SECTION("ports of outgoing connections") {
    settings.first_port = 40'000;
    settings.last_port = 40'100;
    REQUIRE(make_process_runtime(settings, clock).error().what.find("choose one outside") != std::string::npos);
  }
  SECTION("no shim") {
    settings.shim = "/nowhere/depops-shim";
    REQUIRE(make_process_runtime(settings, clock).error().what.find("depops-shim") != std::string::npos);
  }
}

}  // namespace
}  // namespace depops::test
