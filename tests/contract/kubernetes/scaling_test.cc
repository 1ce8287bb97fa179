#include <catch2/catch.hpp>

#include <fstream>
#include <mutex>
#include <sstream>

#include "agent/kubernetes/manifests/read_yaml.h"
#include "agent/kubernetes/scaling/board.h"
#include "tests/contract/kubernetes/visitor.h"
#include "tests/support/paths.h"

using namespace depops;
using namespace depops::test;

namespace {

const kube::Resource kKinds{kube::ApiGroup("apiextensions.k8s.io"), kube::ApiVersion("v1"),
                            kube::Plural("customresourcedefinitions"), "CustomResourceDefinition", false};

json::Value definition() {
  std::ifstream file(source_dir() + "/deploy/kubernetes/workload-crd.yaml");
  std::stringstream text;
  text << file.rdbuf();
  auto documents = kube::read_manifests(text.str(), "workload-crd.yaml");
  REQUIRE(documents.ok());
  REQUIRE(documents->size() == 1);
  return documents->front().body;
}

// The kind as we ship it; the fake server has it from the beginning.
const kube::Resource& kind() {
  static const kube::Resource kind = [] {
    Visitor visitor(admin());
    if (api_server().is_real()) {
      const auto made = visitor->create(kKinds, {}, definition());
      REQUIRE((made.ok() || made.failure().already_exists()));
    }
    kube::Discovery discovery(visitor.client());
    REQUIRE(comes_true([&] { return discovery.find(kube::workload_kind()).ok(); }));
    return *discovery.find(kube::workload_kind());
  }();
  return kind;
}

// A service, its rollout and the board that shows it.
class Service {
 public:
  explicit Service(std::uint32_t size)
      : key_(key_in((kind(), fresh_namespace()), "checkout")), visitor_(admin()), size_(size) {
    begin();
  }

  void begin() {
    board_ = std::make_unique<kube::WorkloadBoard>(
        visitor_.connection(), key_.space, [] { return 0.5; },
        [this](const ServiceName&, std::uint32_t size) { return ask(size); },
        kube::BoardRules{Millis(20), Millis(200), Millis(200)});
    show();
  }
  void end() { board_.reset(); }
  void resize(std::uint32_t size) {
    {
      const std::lock_guard lock(mutex_);
      size_ = size;
    }
    show();
  }
  void refuse(const std::string& why) {
    const std::lock_guard lock(mutex_);
    refusal_ = why;
  }
  void progress(std::uint32_t weight) {
    weight_ = weight;
    show();
  }
  void show() {
    kube::WorkloadShown shown{key_, ServiceName("checkout"), size()};
    shown.replicas = shown.ready = size();
    shown.version = "1.4.2", shown.state = "stable";
    if (weight_ > 0) shown.next_version = "1.5.0", shown.weight = weight_, shown.state = "progressing";
    board_->show({shown});
  }

  std::uint32_t size() {
    const std::lock_guard lock(mutex_);
    return size_;
  }
  json::Value object() {
    const auto read = visitor_->get(kind(), key_);
    return read.ok() ? read->body : json::Value();
  }
  std::int64_t number() { return object()["spec"]["replicas"].as_int(); }
  std::string status(const std::string& field) { return object()["status"][field].as_string(); }
  kube::Client& client() { return visitor_.client(); }
  const kube::ObjectKey& key() const { return key_; }
  void is_shown() {
    const bool shown = comes_true([&] { return status("version") == "1.4.2"; });
    INFO(board_->trouble());
    REQUIRE(shown);
  }

 private:
  std::string ask(std::uint32_t size) {
    {
      const std::lock_guard lock(mutex_);
      if (!refusal_.empty()) return refusal_;
      size_ = size;
    }
    // As in an agent, where the size is told later and by another thread.
    teller_ = std::thread([this] { show(); });
    teller_.join();
    return "";
  }

  kube::ObjectKey key_;
  Visitor visitor_;
  std::mutex mutex_;
  std::uint32_t size_;
  std::string refusal_;
  std::uint32_t weight_ = 0;
  std::thread teller_;
  std::unique_ptr<kube::WorkloadBoard> board_;
};

}  // namespace

TEST_CASE("a service is shown as a Workload with version, weight and state") {
  Service service(3);
  service.is_shown();
  CHECK(service.number() == 3);
  CHECK(service.status("state") == "stable");
  CHECK(service.status("selector") == "depops.io/service=checkout,!depops.io/companion");
  service.progress(25);
  REQUIRE(comes_true([&] { return service.status("weight") == "25%"; }));
  CHECK(service.status("nextVersion") == "1.5.0");
}

TEST_CASE("a number that somebody puts there sizes the service, and another size is written there") {
  Service service(3);
  service.is_shown();
  REQUIRE(service.client().scale(kind(), service.key(), 6).ok());  // what an autoscaler does
  REQUIRE(comes_true([&] { return service.size() == 6; }));
  service.resize(4);
  REQUIRE(comes_true([&] { return service.number() == 4; }));
  CHECK(service.size() == 4);
}

TEST_CASE("an autoscaler that went on while the agent was away is obeyed") {
  Service service(3);
  service.is_shown();
  service.end();
  REQUIRE(service.client().scale(kind(), service.key(), 9).ok());
  service.begin();
  REQUIRE(comes_true([&] { return service.size() == 9; }));
}

TEST_CASE("a number that the rollout refuses stays, is shown as refused, and is tried again") {
  Service service(3);
  service.is_shown();
  service.refuse("the site is frozen");
  REQUIRE(service.client().scale(kind(), service.key(), 6).ok());
  REQUIRE(comes_true([&] { return service.status("reason") == "spec.replicas does not count: the site is frozen"; }));
  CHECK(service.number() == 6);
  CHECK(service.size() == 3);
  service.refuse("");
  REQUIRE(comes_true([&] { return service.size() == 6; }));
  REQUIRE(comes_true([&] { return service.status("reason").empty(); }));
}

TEST_CASE("a Workload that was deleted is made anew, with the size that the service has") {
  Service service(3);
  service.is_shown();
  const auto read = service.client().get(kind(), service.key());
  REQUIRE(read.ok());
  REQUIRE(service.client().remove(kind(), service.key(), {read->meta.uid}).ok());
  service.is_shown();
  CHECK(service.number() == 3);
}
