#include "agent/command/command_reader.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <functional>
#include <thread>

#include "tests/contract/metrics/orders.h"
#include "tests/support/child.h"

namespace depops::agent {
namespace {

using analysis::CommandProvider;
using Catch::Matchers::Contains;
using test::kCanary;
using test::kStable;
using test::order_of;
using test::Values;

const test::RealClock kClock;

// A program of the site, in a folder of its own.
class Script {
 public:
  explicit Script(const std::string& text) {
    std::string name = (std::filesystem::temp_directory_path() / "depops-command-XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    folder_ = name;
    std::ofstream(path()) << "#!/bin/sh\n" << text << "\n";
    ::chmod(path().c_str(), 0700);
  }
  ~Script() { std::filesystem::remove_all(folder_); }
  std::string path() const { return (folder_ / "check").string(); }
  std::string file(const std::string& name) const { return (folder_ / name).string(); }

 private:
  std::filesystem::path folder_;
};

CommandProvider exit_of(const Script& script, std::vector<std::string> arguments = {}) {
  return {script.path(), std::move(arguments), Millis(4'000), false};
}

CommandProvider number_of(const Script& script, std::vector<std::string> arguments = {}) {
  return {script.path(), std::move(arguments), Millis(4'000), true};
}

Measured read(const CommandProvider& provider) { return make_command_reader(kClock)->read(order_of(provider)); }

bool comes_true(const std::function<bool()>& condition) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    ::poll(nullptr, 0, 10);
  }
  return true;
}

// Of the process whose number is in the file: not there, or only its number still.
bool is_gone(const std::string& pid_file) {
  const std::string pid = test::text_of_file(pid_file).substr(0, 10);
  const std::string stat = test::text_of_file("/proc/" + std::to_string(std::stoi(pid)) + "/stat");
  return stat.empty() || stat.find(") Z ") != std::string::npos;
}

}  // namespace

TEST_CASE("the exit status is the value") {
  CHECK(read(exit_of(Script("exit 0"))).values == Values{{kCanary, 0}});
  CHECK(read(exit_of(Script("echo bad; exit 3"))).values == Values{{kCanary, 3}});
}

TEST_CASE("the number on standard output is the value, for each version that an argument names") {
  const Script script("echo \" $2\"; echo noise >&2");
  CHECK(read(number_of(script, {"x", "7.5e1"})).values == Values{{kCanary, 75}});
  const Script named("case $1/$2 in shop-c/2.0) echo 1 ;; shop-s/1.0+b) echo 2 ;; esac");
  CHECK(read(number_of(named, {"{{set}}", "{{version}}"})).values == Values{{kCanary, 1}, {kStable, 2}});
  CHECK(read(number_of(Script("echo NaN"))).values.empty());
  CHECK(read(number_of(Script("echo NaN"))).error.empty());
  CHECK_THAT(read(number_of(Script("echo NaN"))).nothing, Contains(" wrote NaN"));
  CHECK(read(number_of(Script("echo inf"))).values == Values{{kCanary, INFINITY}});
}

TEST_CASE("what is no number, or comes with another status than 0, is an error") {
  CHECK_THAT(read(number_of(Script("echo 5 apples"))).error, Contains("must write one number") && Contains("5 apples"));
  CHECK_THAT(read(number_of(Script("true"))).error, Contains("wrote \"\""));
  CHECK_THAT(read(number_of(Script("echo 5; exit 4"))).error, Contains("ended with status 4"));
  CHECK_THAT(read(number_of(Script("head -c 1000000 /dev/zero"))).error, Contains("must write one number"));
}

TEST_CASE("arguments are no shell's, and the environment is made from nothing") {
  const Script script("printf '%s' \"$1\" >$(dirname $0)/argument; /usr/bin/env >$(dirname $0)/environment");
  ::setenv("DEPOPS_TEST_SECRET", "open-sesame", 1);
  CHECK(read(exit_of(script, {"$(id); a b"})).error.empty());
  CHECK(test::text_of_file(script.file("argument")) == "$(id); a b");
  const std::string environment = test::text_of_file(script.file("environment"));
  for (const char* line : {"DEPOPS_SERVICE=shop\n", "DEPOPS_ROLLOUT=r-7\n", "DEPOPS_METRIC=m\n", "DEPOPS_SET=shop-c\n",
                           "DEPOPS_VERSION=2.0\n", "DEPOPS_CANARY_SET=shop-c\n", "DEPOPS_STABLE_SET=shop-s\n"}) {
    CHECK_THAT(environment, Contains(line));
  }
  CHECK_THAT(environment, !Contains("SECRET"));
}

TEST_CASE("at its limit the program and all that it started are killed") {
  const Script script("sleep 600 & echo $! >$(dirname $0)/child; wait");
  CommandProvider provider = exit_of(script);
  provider.timeout = Millis(500);
  const Measured measured = read(provider);
  CHECK(measured.values.empty());
  CHECK(measured.error == script.path() + ": was killed at its limit of 500 ms");
  REQUIRE_FALSE(test::text_of_file(script.file("child")).empty());
  CHECK(comes_true([&] { return is_gone(script.file("child")); }));
}

TEST_CASE("what a program leaves behind holds nobody up and ends with it") {
  const Script script("sleep 600 & echo $! >$(dirname $0)/child; exit 0");
  CHECK(read(exit_of(script)).values == Values{{kCanary, 0}});
  CHECK(comes_true([&] { return is_gone(script.file("child")); }));
}

TEST_CASE("a program that can not be started or dies of a signal is an error") {
  CHECK_THAT(read({"/nonexistent/check", {}, Millis(4'000), false}).error,
             Contains("cannot start /nonexistent/check: No such file"));
  CHECK_THAT(read(exit_of(Script("kill -SEGV $$"))).error, Contains("died of signal 11"));
}

TEST_CASE("an agent that stops waits for no program") {
  const Script script("echo >$(dirname $0)/began; sleep 600");
  const auto reader = make_command_reader(kClock);
  CommandProvider provider = exit_of(script);
  provider.timeout = Millis(300'000);
  Measured measured;
  std::thread reading([&] { measured = reader->read(order_of(provider)); });
  const bool began = comes_true([&] { return std::filesystem::exists(script.file("began")); });
  reader->stop();
  reading.join();
  CHECK(began);
  CHECK_THAT(measured.error, Contains("was ended because it was told to stop"));
}

}  // namespace depops::agent
