#include "tests/support/kubernetes/gateway.h"

#include <Poco/Exception.h>
#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPServer.h>
#include <Poco/Net/HTTPServerParams.h>
#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/StreamCopier.h>
#include <Poco/ThreadPool.h>

#include <algorithm>
#include <random>
#include <stdexcept>

#include "agent/kubernetes/access/kubeconfig.h"
#include "agent/kubernetes/api/path.h"
#include "shared/json/write.h"
#include "tests/support/kubernetes/gateway_status.h"

namespace depops::test {
namespace {

namespace kube = agent::kubernetes;
namespace net = Poco::Net;

constexpr auto kGatewayPace = std::chrono::milliseconds(500);
// A thread per connection, idle ones too: a client that waited long for once has hundreds of them.
constexpr int kThreads = 1'000;
constexpr int kThreadIdleSeconds = 60;
constexpr int kStackBytes = 128 * 1'024;
constexpr int kPodPatienceSeconds = 60;
const kube::Resource kServiceKind{kube::ApiGroup(""), kube::ApiVersion("v1"), kube::Plural("services"), "Service",
                                  true};

kube::Resource obeyed(const char* group, const char* version, const char* plural, const char* kind) {
  return {kube::ApiGroup(group), kube::ApiVersion(version), kube::Plural(plural), kind, true};
}

std::optional<kube::Resource> kind_of(Gateway::By by) {
  switch (by) {
    case Gateway::By::http_route:
      return obeyed("gateway.networking.k8s.io", "v1", "httproutes", "HTTPRoute");
    case Gateway::By::grpc_route:
      return obeyed("gateway.networking.k8s.io", "v1", "grpcroutes", "GRPCRoute");
    case Gateway::By::virtual_service:
      return obeyed("networking.istio.io", "v1beta1", "virtualservices", "VirtualService");
    case Gateway::By::traefik_service:
      return obeyed("traefik.io", "v1alpha1", "traefikservices", "TraefikService");
    case Gateway::By::ingress:
      return obeyed("networking.k8s.io", "v1", "ingresses", "Ingress");
    case Gateway::By::service:
      break;
  }
  return std::nullopt;
}

bool has_status(Gateway::By by) { return by == Gateway::By::http_route || by == Gateway::By::grpc_route; }

kube::AccessConfig all_rights(const ApiServer& server) {
  auto config = kube::load_kubeconfig(server.kubeconfig());
  if (!config.ok()) throw std::runtime_error(config.error().what);
  return *config;
}

class Passing : public net::HTTPRequestHandler {
 public:
  explicit Passing(std::function<void(net::HTTPServerRequest&, net::HTTPServerResponse&)> serve)
      : serve_(std::move(serve)) {}
  void handleRequest(net::HTTPServerRequest& request, net::HTTPServerResponse& response) override {
    serve_(request, response);
  }

 private:
  std::function<void(net::HTTPServerRequest&, net::HTTPServerResponse&)> serve_;
};

class PassingFactory : public net::HTTPRequestHandlerFactory {
 public:
  explicit PassingFactory(std::function<void(net::HTTPServerRequest&, net::HTTPServerResponse&)> serve)
      : serve_(std::move(serve)) {}
  net::HTTPRequestHandler* createRequestHandler(const net::HTTPServerRequest&) override { return new Passing(serve_); }

 private:
  std::function<void(net::HTTPServerRequest&, net::HTTPServerResponse&)> serve_;
};

std::unique_ptr<net::HTTPServer> listen_at(std::uint16_t port, Poco::ThreadPool& threads,
                                           net::HTTPRequestHandlerFactory* handlers) {
  net::ServerSocket socket;
  socket.bind(net::SocketAddress("127.0.0.1", port), true, false);
  socket.listen(256);
  auto* rules = new net::HTTPServerParams;
  rules->setMaxThreads(kThreads);
  rules->setMaxQueued(1'000);
  rules->setMaxKeepAliveRequests(0);
  rules->setKeepAliveTimeout(Poco::Timespan(75, 0));
  auto server = std::make_unique<net::HTTPServer>(handlers, threads, socket, rules);
  server->start();
  return server;
}

double random_share() {
  thread_local std::mt19937_64 random{std::random_device{}()};
  return std::uniform_real_distribution<double>(0, 1)(random);
}

std::vector<json::Value> bodies_of(const std::optional<std::vector<kube::SharedSeen>>& seen) {
  std::vector<json::Value> objects;
  for (const kube::SharedSeen& one : seen.value_or(std::vector<kube::SharedSeen>())) objects.push_back(one->kept);
  return objects;
}

}  // namespace

Gateway::Gateway(ApiServer& server, Order order)
    : order_(std::move(order)),
      access_(all_rights(server)),
      connection_(access_, clock_),
      threads_(std::make_unique<Poco::ThreadPool>(4, 2 * kThreads, kThreadIdleSeconds, kStackBytes)) {
  kube::Client client(connection_, kube::FieldManager("gateway-controller"),
                      {[](Millis) { return false; }, [] { return 0.5; }});
  kube::Discovery discovery(client);
  const auto slices = discovery.find(kube::endpoint_slices());
  if (!slices.ok()) throw std::runtime_error(slices.failure().what);
  slices_ = watch(*slices);
  services_ = watch(kServiceKind);
  if (const auto kind = kind_of(order_.by)) objects_ = watch(*kind);
  thread_ = std::thread([this] { work(); });
  server_ = listen_at(order_.port, *threads_,
                      new PassingFactory([this](auto& request, auto& response) { this->serve(request, response); }));
  pages_ = listen_at(order_.pages, *threads_, new PassingFactory([this](auto&, auto& response) {
                       const std::string text = metrics();
                       response.setContentType("text/plain; version=0.0.4");
                       response.sendBuffer(text.data(), text.size());
                     }));
}

Gateway::~Gateway() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  news_.notify_all();
  thread_.join();
  server_->stopAll(true);
  pages_->stopAll(true);
  objects_.reset();
  services_.reset();
  slices_.reset();
}

std::unique_ptr<kube::Watcher> Gateway::watch(const kube::Resource& resource) {
  kube::WatchOrder order;
  order.resource = resource;
  order.space = kube::Namespace(order_.space);
  order.projection = [](const json::Value& object) { return object; };
  return std::make_unique<kube::Watcher>(
      connection_, std::move(order), [] { return 0.5; }, [this] { wake(); });
}

void Gateway::wake() {
  {
    const std::lock_guard lock(mutex_);
    changed_ = true;
  }
  news_.notify_all();
}

void Gateway::work() {
  std::unique_lock lock(mutex_);
  while (!stop_) {
    news_.wait_for(lock, kGatewayPace, [this] { return stop_ || changed_; });
    changed_ = false;
    lock.unlock();
    look();
    lock.lock();
  }
}

// Takes up what the objects say now, and only then says that it did.
void Gateway::look() {
  std::optional<json::Value> object;
  if (objects_) {
    const auto found = objects_->find({kube::Namespace(order_.space), kube::ObjectName(order_.name)});
    if (found.known != kube::Known::here) return;
    object = found.seen->kept;
  }
  const GatewayTable table = table_by(object.value_or(json::Value()));
  {
    const std::lock_guard lock(mutex_);
    table_ = std::make_shared<const GatewayTable>(table);
  }
  if (has_status(order_.by)) tell(*object, table);
}

GatewayTable Gateway::table_by(const json::Value& object) const {
  const std::vector<json::Value> slices = bodies_of(slices_->all());
  if (order_.by == By::service) return table_of_service(order_.name, slices);
  if (order_.by == By::ingress) return table_of_ingress(object, bodies_of(objects_->all()), slices);
  if (order_.by == By::virtual_service) return table_of_virtual_service(object, slices);
  if (order_.by == By::traefik_service) return table_of_traefik_service(object, slices);
  return table_of_route(object, slices);
}

void Gateway::tell(const json::Value& route, const GatewayTable& table) {
  const kube::ObjectKey key = kube::meta_of(route).key;
  std::string missing;
  for (const WeightedTargets& backend : table) {
    if (services_->find({key.space, kube::ObjectName(backend.service)}).known != kube::Known::here)
      missing = "Service " + backend.service + " is not there";
  }
  const std::string told = std::to_string(route["metadata"]["generation"].as_int()) + " " + missing;
  if (told == told_) return;
  const auto written = connection_.exchange({.method = "PATCH",
                                             .target = kube::path_of(*kind_of(order_.by), key, "status"),
                                             .body = json::write(status_of_route(route, missing)),
                                             .content_type = "application/merge-patch+json"});
  const auto* reply = std::get_if<kube::Reply>(&written);
  if (reply != nullptr && reply->status == 200) told_ = told;
}

bool Gateway::pick(Target& target, std::string& service) {
  std::shared_ptr<const GatewayTable> table;
  {
    const std::lock_guard lock(mutex_);
    table = table_;
  }
  const WeightedTargets* chosen = choose(*table, random_share());
  if (chosen == nullptr) return false;
  service = chosen->service;
  if (chosen->ready.empty()) return false;
  target = chosen->ready[picks_++ % chosen->ready.size()];
  return true;
}

// The status that was answered.
int Gateway::forward(const Target& target, net::HTTPServerRequest& request, net::HTTPServerResponse& response) {
  std::string body;
  net::HTTPResponse answer;
  try {
    net::HTTPClientSession session(target.host, target.port);
    session.setTimeout(Poco::Timespan(kPodPatienceSeconds, 0));
    net::HTTPRequest asked(request.getMethod(), request.getURI(), net::HTTPMessage::HTTP_1_1);
    asked.setKeepAlive(false);
    session.sendRequest(asked);
    Poco::StreamCopier::copyToString(session.receiveResponse(answer), body);
  } catch (const Poco::Exception& trouble) {
    body = target.host + ":" + std::to_string(target.port) + ": " + trouble.displayText() + "\n";
    answer.setStatus(net::HTTPResponse::HTTP_BAD_GATEWAY);
  }
  response.setStatusAndReason(answer.getStatus());
  if (answer.has("X-Version")) response.set("X-Version", answer.get("X-Version"));
  response.sendBuffer(body.data(), body.size());
  return answer.getStatus();
}

void Gateway::serve(net::HTTPServerRequest& request, net::HTTPServerResponse& response) {
  Target target;
  std::string service;
  int status = net::HTTPResponse::HTTP_SERVICE_UNAVAILABLE;
  if (pick(target, service)) {
    status = forward(target, request, response);
  } else {
    const std::string body = service.empty() ? "no backend\n" : service + " has no endpoint\n";
    response.setStatusAndReason(net::HTTPResponse::HTTP_SERVICE_UNAVAILABLE);
    response.sendBuffer(body.data(), body.size());
  }
  const std::lock_guard lock(mutex_);
  counts_[{target.set.empty() ? service : target.set, std::to_string(status)}] += 1;
}

std::map<std::string, std::uint64_t> Gateway::answers(const std::string& set) {
  std::map<std::string, std::uint64_t> answers;
  const std::lock_guard lock(mutex_);
  for (const auto& [key, count] : counts_) {
    if (key.first == set) answers[key.second] = count;
  }
  return answers;
}

std::string Gateway::metrics() {
  std::string text = "# TYPE gateway_requests_total counter\n";
  const std::lock_guard lock(mutex_);
  for (const auto& [key, count] : counts_) {
    text +=
        "gateway_requests_total{set=\"" + key.first + "\",code=\"" + key.second + "\"} " + std::to_string(count) + "\n";
  }
  return text;
}

}  // namespace depops::test
