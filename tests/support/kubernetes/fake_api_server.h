#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "tests/support/kubernetes/api_server.h"
#include "tests/support/kubernetes/fake_objects.h"
#include "tests/support/kubernetes/fake_rights.h"
#include "tests/support/kubernetes/fake_target.h"

namespace Poco::Net {
class HTTPServer;
class HTTPServerRequest;
class HTTPServerResponse;
}  // namespace Poco::Net

namespace depops::test {

// What goes wrong once, at the next request that it is meant for.
struct Fault {
  enum class What { answer, silence, silence_after_effect, break_off, break_off_after_effect, break_off_and_late };
  What what = What::answer;
  std::string method;         // "PATCH"; "WATCH" for a watch
  int status = 0;             // with answer
  std::string retry_after{};  // seconds
  std::string body{};
  std::string path{};   // only of requests whose target holds this
  std::string holds{};  // and whose body holds this
};

// A request that the server carried out.
struct FakeAsked {
  FakeTarget target;
  std::string method;
  std::string type;
  std::string body;
  bool late = false;  // whoever asked has long gone on
};

// An API server in this process that keeps what it is told in memory, over TLS. Knows ConfigMaps, Secrets, Services,
// Namespaces, Nodes, Deployments, StatefulSets, DaemonSets, Jobs, Pods with their logs, EndpointSlices, Events, Leases,
// Ingresses, Workloads and what CustomResourceDefinitions define, as far as our suites ask. It can be told to go wrong.
class FakeApiServer final : public ApiServer {
 public:
  explicit FakeApiServer(std::string slices_version = "v1beta1");
  ~FakeApiServer() override;

  bool is_real() const override { return false; }
  void cut() override;
  void forget_history() override;

  void will(Fault fault, unsigned times = 1);
  std::size_t faults(const std::string& path);  // of that path that wait for their request
  void forgive();                               // no fault is left, and requests that hang end
  bool let_late_come();                 // what was broken off and is late has its effect now; false: there was none
  std::vector<std::string> requests();  // "GET /api/v1/..." since the last time
  std::set<std::string> rights_used();  // "patch apps/deployments/scale", by ServiceAccounts, since the last time
  void cut_watches();                   // and nothing else
  // Begins anew; whether it then ends handshakes that are to be taken up again, as some servers do.
  void end_what_goes_on(bool ends) {
    takes_up_ = !ends;
    cut();
  }
  void run_controllers(bool on = true);  // from now on workloads have their pods at once (fake_controllers.h)
  void hold_watches(bool held);          // they deliver nothing while held: what is read is old
  void change(const std::function<void(FakeObjects&)>& how);           // as somebody else does, and without a request
  void look_after_each(std::function<void(const FakeObjects&)> look);  // change, whoever made it; empty: no longer
  // Each request with its status, whether its answer went out, and what is there now. On threads of the server.
  using Hear = std::function<void(const FakeAsked&, int status, bool answered, const FakeObjects&)>;
  void hear_each(Hear hear);

  void serve(Poco::Net::HTTPServerRequest& request, Poco::Net::HTTPServerResponse& response);

 private:
  void start();
  void stop();
  std::optional<Fault> fault_for(const std::string& method, const std::string& target, const std::string& body);
  void changed();
  void hang(std::unique_lock<std::mutex>& lock);
  std::optional<std::string> login_of(Poco::Net::HTTPServerRequest& request) const;
  bool may(const std::string& token, const FakeAct& act);
  FakeAnswer review(const std::string& token, json::Value body);
  FakeAnswer token_of(const FakeTarget& target) const;
  std::optional<FakeAnswer> forbid(const std::string& token, const FakeTarget& target, const std::string& method,
                                   const std::string& type);
  const FakeKind* kind_of(const FakeTarget& target) const;
  FakeAnswer kinds_of(const std::string& group, const std::string& version) const;
  std::optional<FakeAnswer> refuse(const std::optional<FakeTarget>& target, Poco::Net::HTTPServerRequest& request,
                                   const std::string& body);
  FakeAnswer answer(const FakeTarget& target, const std::string& method, const std::string& type,
                    const std::string& body);
  FakeAnswer write(const FakeTarget& target, const std::string& method, const std::string& type,
                   const std::string& body);
  FakeAnswer scale(const FakeTarget& target, const std::string& type, const json::Value& patch);
  FakeAnswer merge(const FakeTarget& target, const json::Value& patch);
  FakeAnswer log_of(const FakeTarget& target);
  void define(const json::Value& definition);
  void watch(const FakeTarget& target, Poco::Net::HTTPServerRequest& request, Poco::Net::HTTPServerResponse& response);
  void stream(const FakeTarget& target, Poco::Net::HTTPServerRequest& request, Poco::Net::HTTPServerResponse& response);

  bool takes_up_ = true;
  std::deque<FakeKind> kinds_;  // they stay where they are when more come
  std::unique_ptr<Poco::Net::HTTPServer> server_;

  std::mutex mutex_;
  std::condition_variable news_;
  FakeObjects objects_;
  std::deque<Fault> faults_;
  std::deque<FakeAsked> late_;
  std::vector<std::string> requests_;
  std::set<std::string> used_;
  unsigned cuts_ = 0;
  std::function<void(const FakeObjects&)> look_;
  Hear hear_;
  bool controllers_ = false;
  bool held_ = false;
  bool stopping_ = false;
};

}  // namespace depops::test
