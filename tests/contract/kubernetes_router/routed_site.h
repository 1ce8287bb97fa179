#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "tests/contract/kubernetes_router/flavour.h"

namespace depops::test {

inline const SetId kStable("checkout-aaaaaaaaaaaa"), kCanary("checkout-bbbbbbbbbbbb"), kNext("checkout-cccccccccccc");
inline const ServiceName kCheckout("checkout");

// A namespace with a service, its routing object, a router under test and, as far as the test says, pods and a
// controller.
class RoutedSite {
 public:
  using Condition = std::function<bool(const agent::RouterFacts&)>;

  explicit RoutedSite(Flavour flavour);
  ~RoutedSite();

  // So many ready pods of the set, in the EndpointSlice of its own Service and in that of the one in front of all.
  void serve(const SetId& set, unsigned pods);
  void answered_by_all(const std::vector<SetId>& sets);  // whose pods stand behind the Service in front
  void order(std::vector<agent::SetShare> shares, std::vector<agent::ForcedRoute> forced = {});
  void order_again();  // a new seq, and nothing else
  void order_other(const ServiceName& service);
  void restart_router();

  // The facts that meet the condition, read under the newest orders; the controller answers meanwhile if it may.
  agent::RouterFacts wait(const Condition& condition);
  agent::RouterFacts wait_shares(const std::vector<agent::SetShare>& shares);  // settled, without trouble
  agent::RouterFacts facts();
  bool answering = true;
  void answer();  // the controller, now; for the newest generation
  void answer(const std::string& condition, const std::string& status, std::int64_t observed);

  json::Value object();
  std::map<std::string, std::int64_t> weights();                         // as they stand in the object
  void write(const kube::JsonPatch& patch, const std::string& manager);  // by somebody else
  void remove_object();
  void make_object();
  bool has_service(const std::string& name);
  std::optional<json::Value> ingress(const std::string& name);
  kube::ObjectKey key() const { return {space_, kube::ObjectName(name_)}; }

  const Flavour flavour;
  Visitor visitor{admin()};

 private:
  void send(const std::string& target, const json::Value& body);
  void answer_selector();
  void write_slice(const std::string& service, const std::vector<SetId>& sets);
  void start_router();

  kube::Namespace space_;
  std::string name_;
  kube::Resource slices_;
  std::map<SetId, unsigned> pods_;
  std::optional<std::vector<SetId>> behind_front_;
  std::int64_t answered_ = 0;
  std::optional<SetId> shown_;  // the set whose pods the Service in front has, as its selector says
  clock::SystemClock clock_;
  kube::Access access_;  // with what the router's role grants, and nothing else
  kube::Connection connection_{access_, clock_};
  agent::RouterOrders orders_;

  std::mutex mutex_;
  agent::RouterFacts facts_;
  std::uint64_t readings_ = 0;
  std::unique_ptr<agent::Router> router_;
};

// The file of deploy/kubernetes with the role that the router needs.
std::string role_of(const Flavour& flavour);

// Makes the kind known to the server, unless it is.
void define(Visitor& visitor, const Flavour& flavour);

agent::ForcedRoute forced_by_header(const std::string& name, std::vector<std::string> values, const SetId& set);

}  // namespace depops::test
