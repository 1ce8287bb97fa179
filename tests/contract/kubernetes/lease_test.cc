#include <catch2/catch.hpp>

#include <mutex>

#include "agent/kubernetes/lease/guard.h"
#include "tests/contract/kubernetes/visitor.h"

using namespace depops;
using namespace depops::test;

namespace {

// Short, so that a test can wait for a lease to run out.
const kube::LeaseRules kShort{Millis(4'000), Millis(1'000), Millis(200), Millis(1'000)};

// An agent that wants the lease, and what it was told.
class Wanting {
 public:
  Wanting(const kube::ObjectKey& key, const std::string& name, kube::AccessConfig access = admin(),
          const kube::LeaseRules& rules = kShort)
      : visitor_(std::move(access)),
        guard_(std::make_unique<kube::LeaseGuard>(
            visitor_.connection(), clock_, kube::LeaseOrder{key, kube::Holder(name), rules, Millis(900)},
            [] { return 0.5; }, [this](kube::Holding holding, const std::string& why) { take(holding, why); })) {}

  bool comes_to(kube::Holding holding) {
    return comes_true([&] { return now() == holding; });
  }
  kube::Holding now() {
    const std::lock_guard lock(mutex_);
    return holding_;
  }
  std::string why() {
    const std::lock_guard lock(mutex_);
    return why_;
  }
  void stop() { guard_.reset(); }

 private:
  void take(kube::Holding holding, const std::string& why) {
    const std::lock_guard lock(mutex_);
    holding_ = holding, why_ = why;
  }

  clock::SystemClock clock_;
  Visitor visitor_;
  std::mutex mutex_;
  kube::Holding holding_ = kube::Holding::waiting;
  std::string why_;
  std::unique_ptr<kube::LeaseGuard> guard_;
};

kube::ObjectKey fresh_lease() { return key_in(fresh_namespace(), "depops-agent"); }

kube::LeaseSeen seen(Visitor& admin, const kube::ObjectKey& key) {
  const auto read = admin->get(kube::leases(), key);
  REQUIRE(read.ok());
  return kube::lease_of(*read);
}

}  // namespace

TEST_CASE("the first agent gets the lease; a second one does nothing but say who has it") {
  const auto key = fresh_lease();
  Visitor reader(admin());
  Wanting first(key, "agent-0/aa");
  REQUIRE(first.comes_to(kube::Holding::ours));
  Wanting second(key, "agent-1/bb");
  REQUIRE(comes_true([&] { return second.why().find("agent-0/aa acts on this cluster") != std::string::npos; }));
  const auto before = seen(reader, key);
  CHECK(before.holder == kube::Holder("agent-0/aa"));
  REQUIRE(comes_true([&] { return seen(reader, key).renewed != before.renewed; }));
  CHECK(second.now() == kube::Holding::waiting);
  CHECK(first.now() == kube::Holding::ours);
}

TEST_CASE("an agent that ends gives the lease back, and the one that waits has it soon") {
  const auto key = fresh_lease();
  Visitor reader(admin());
  Wanting first(key, "agent-0/aa");
  REQUIRE(first.comes_to(kube::Holding::ours));
  Wanting second(key, "agent-1/bb");
  first.stop();
  REQUIRE(second.comes_to(kube::Holding::ours));
  CHECK(second.why().empty());
  const auto now = seen(reader, key);
  CHECK(now.holder == kube::Holder("agent-1/bb"));
  CHECK(now.transitions == 1);
}

TEST_CASE("an agent that is gone without a word loses the lease when it has run out") {
  const auto key = fresh_lease();
  Visitor reader(admin());
  REQUIRE(
      reader
          ->create(kube::leases(), key.space,
                   kube::lease_body(key, kube::Holder("agent-0/gone"), Millis(2'000), clock::SystemClock().now().wall))
          .ok());
  Wanting second(key, "agent-1/bb");
  REQUIRE(comes_true([&] { return second.why().find("agent-0/gone acts") != std::string::npos; }));
  REQUIRE(second.comes_to(kube::Holding::ours));
  CHECK(seen(reader, key).holder == kube::Holder("agent-1/bb"));
}

TEST_CASE("a holder whose lease is taken by force says that it is lost") {
  const auto key = fresh_lease();
  Visitor reader(admin());
  Wanting first(key, "agent-0/aa");
  REQUIRE(first.comes_to(kube::Holding::ours));
  REQUIRE(comes_true([&] {
    return reader
        ->patch(kube::leases(), key,
                kube::lease_change(seen(reader, key), kube::Holder("agent-9/zz"), Millis(4'000), Instant()))
        .ok();
  }));
  REQUIRE(first.comes_to(kube::Holding::lost));
  CHECK(first.why().find("agent-9/zz acts on this cluster") != std::string::npos);
  first.stop();
  CHECK(seen(reader, key).holder == kube::Holder("agent-9/zz"));
}

TEST_CASE("an agent that may not read the lease waits, and says which rule of its role is missing") {
  const auto key = fresh_lease();
  Wanting nobody(key, "agent-0/aa", with_token(api_server().plain_token()));
  REQUIRE(comes_true([&] { return nobody.why().find("leases") != std::string::npos; }));
  CHECK(nobody.now() == kube::Holding::waiting);
}

TEST_CASE("a server that restarts costs nobody the lease") {
  const auto key = fresh_lease();
  Visitor reader(admin());
  Wanting first(key, "agent-0/aa", admin(), {Millis(60'000), Millis(1'000), Millis(200), Millis(10'000)});
  REQUIRE(first.comes_to(kube::Holding::ours));
  const auto before = seen(reader, key);
  api_server().cut();
  REQUIRE(comes_true([&] {
    const auto read = reader->get(kube::leases(), key);
    return read.ok() && kube::lease_of(*read).renewed != before.renewed;
  }));
  CHECK(seen(reader, key).holder == kube::Holder("agent-0/aa"));
}
