#include "tests/support/kubernetes/fake_api_server.h"

#include <Poco/Net/Context.h>
#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPServer.h>
#include <Poco/Net/HTTPServerParams.h>
#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/Net/HTTPServerRequestImpl.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/Net/SecureServerSocket.h>
#include <Poco/Net/SecureStreamSocket.h>

#include <poll.h>

#include <algorithm>
#include <chrono>

#include "shared/json/parse.h"
#include "shared/json/write.h"
#include "tests/support/child.h"
#include "tests/support/kubernetes/fake_controllers.h"

namespace depops::test {
namespace {

namespace net = Poco::Net;

constexpr auto kPeek = std::chrono::milliseconds(200);

class Handler : public net::HTTPRequestHandler {
 public:
  explicit Handler(FakeApiServer& server) : server_(server) {}
  void handleRequest(net::HTTPServerRequest& request, net::HTTPServerResponse& response) override {
    server_.serve(request, response);
  }

 private:
  FakeApiServer& server_;
};

class Handlers : public net::HTTPRequestHandlerFactory {
 public:
  explicit Handlers(FakeApiServer& server) : server_(server) {}
  net::HTTPRequestHandler* createRequestHandler(const net::HTTPServerRequest&) override { return new Handler(server_); }

 private:
  FakeApiServer& server_;
};

void send(net::HTTPServerResponse& response, int status, const std::string& body) {
  response.setStatus(static_cast<net::HTTPResponse::HTTPStatus>(status));
  response.setContentType("application/json");
  response.sendBuffer(body.data(), body.size());
}

net::StreamSocket& socket_of(net::HTTPServerRequest& request) {
  return static_cast<net::HTTPServerRequestImpl&>(request).socket();
}

// As a server that dies: without a farewell.
void break_off(net::HTTPServerRequest& request) { ::shutdown(socket_of(request).impl()->sockfd(), SHUT_RDWR); }

// Who watches says nothing more, until the end.
bool has_left(net::HTTPServerRequest& request) {
  pollfd reader{socket_of(request).impl()->sockfd(), POLLIN, 0};
  return ::poll(&reader, 1, 0) != 0;
}

}  // namespace

FakeApiServer::FakeApiServer(std::string slices_version)
    : ApiServer("fake-kubernetes"),
      kinds_{{"", "v1", "configmaps", "ConfigMap"},
             {"", "v1", "events", "Event"},
             {"events.k8s.io", "v1", "events", "Event"},
             {"", "v1", "namespaces", "Namespace", false},
             {"", "v1", "nodes", "Node", false},
             {"", "v1", "pods", "Pod"},
             {"", "v1", "resourcequotas", "ResourceQuota"},
             {"", "v1", "secrets", "Secret"},
             {"", "v1", "serviceaccounts", "ServiceAccount"},
             {"", "v1", "services", "Service"},
             {"rbac.authorization.k8s.io", "v1", "roles", "Role"},
             {"rbac.authorization.k8s.io", "v1", "rolebindings", "RoleBinding"},
             {"rbac.authorization.k8s.io", "v1", "clusterroles", "ClusterRole", false},
             {"rbac.authorization.k8s.io", "v1", "clusterrolebindings", "ClusterRoleBinding", false},
             {"apiextensions.k8s.io", "v1", "customresourcedefinitions", "CustomResourceDefinition", false},
             {"apps", "v1", "deployments", "Deployment"},
             {"batch", "v1", "jobs", "Job"},
             {"apps", "v1", "statefulsets", "StatefulSet"},
             {"apps", "v1", "daemonsets", "DaemonSet"},
             {"apps", "v1", "controllerrevisions", "ControllerRevision"},
             {"autoscaling", "v2beta2", "horizontalpodautoscalers", "HorizontalPodAutoscaler"},
             {"depops.io", "v1", "workloads", "Workload"},
             {"coordination.k8s.io", "v1", "leases", "Lease"},
             {"networking.k8s.io", "v1", "ingresses", "Ingress"},
             {"policy", slices_version, "poddisruptionbudgets", "PodDisruptionBudget"},
             {"discovery.k8s.io", std::move(slices_version), "endpointslices", "EndpointSlice"}} {
  certificates_.issue("server", "/CN=kube-apiserver", "serverAuth");
  certificates_.issue("admin", "/O=system:masters/CN=admin", "clientAuth");
  port_ = free_port();
  write_text(kubeconfig(), kubeconfig_text(certificates_, url(), "admin"));
  start();
}

FakeApiServer::~FakeApiServer() { stop(); }

void FakeApiServer::start() {
  stopping_ = false;
  net::Context::Params params;
  params.privateKeyFile = certificates_.file("server.key");
  params.certificateFile = certificates_.file("server.crt");
  params.caLocation = authority();
  params.verificationMode = net::Context::VERIFY_RELAXED;
  net::Context::Ptr context = new net::Context(net::Context::TLS_SERVER_USE, params);
  if (takes_up_) context->enableSessionCache(true, "fake-api-server");  // else it ends each handshake that goes on
  net::SecureServerSocket socket(context);
  socket.bind(net::SocketAddress("127.0.0.1", port_), true);
  socket.listen(64);
  auto* rules = new net::HTTPServerParams;
  rules->setMaxThreads(32);
  rules->setKeepAlive(true);
  rules->setKeepAliveTimeout(Poco::Timespan(90, 0));  // as the real server
  server_ = std::make_unique<net::HTTPServer>(new Handlers(*this), socket, rules);
  server_->start();
}

void FakeApiServer::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    ++cuts_;
  }
  news_.notify_all();
  server_->stopAll(true);
  server_.reset();
}

void FakeApiServer::cut() {
  stop();
  start();
}

void FakeApiServer::forget_history() {
  stop();
  {
    const std::lock_guard lock(mutex_);  // some that were stopped may still be at their last answer
    objects_.forget();
  }
  start();
}

void FakeApiServer::cut_watches() {
  {
    const std::lock_guard lock(mutex_);
    ++cuts_;
  }
  news_.notify_all();
}

void FakeApiServer::run_controllers(bool on) {
  const std::lock_guard lock(mutex_);
  controllers_ = on;
}

void FakeApiServer::hold_watches(bool held) {
  {
    const std::lock_guard lock(mutex_);
    held_ = held;
  }
  news_.notify_all();
}

void FakeApiServer::change(const std::function<void(FakeObjects&)>& how) {
  {
    const std::lock_guard lock(mutex_);
    how(objects_);
    changed();
  }
  news_.notify_all();
}

void FakeApiServer::look_after_each(std::function<void(const FakeObjects&)> look) {
  const std::lock_guard lock(mutex_);
  look_ = std::move(look);
}

void FakeApiServer::hear_each(Hear hear) {
  const std::lock_guard lock(mutex_);
  hear_ = std::move(hear);
}

void FakeApiServer::changed() {
  if (controllers_) test::run_controllers(objects_);
  if (look_) look_(objects_);
}

void FakeApiServer::watch(const FakeTarget& target, net::HTTPServerRequest& request,
                          net::HTTPServerResponse& response) {
  try {
    stream(target, request, response);
  } catch (const Poco::Exception&) {
    break_off(request);
  }
}

void FakeApiServer::stream(const FakeTarget& target, net::HTTPServerRequest& request,
                           net::HTTPServerResponse& response) {
  const FakeKind& kind = *kind_of(target);
  std::unique_lock lock(mutex_);
  std::uint64_t from = std::stoull(target.asked("resourceVersion"));
  const unsigned cuts = cuts_;
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(std::stoi(target.asked("timeoutSeconds")));
  response.setChunkedTransferEncoding(true);
  response.setContentType("application/json");
  std::ostream& out = response.send();
  if (from < objects_.forgotten()) {
    json::Value event;
    event.add("type", "ERROR").add("object", refusal(410, "Expired", "too old resource version").body);
    out << json::write(event) << "\n" << std::flush;
    return;
  }
  while (out.good() && cuts == cuts_) {
    while (held_ && cuts == cuts_ && !has_left(request)) news_.wait_for(lock, kPeek);
    const auto lines = objects_.events(kind, target.space, target.asked("labelSelector"), from);
    for (const std::string& line : lines) out << line << "\n" << std::flush;
    const auto revision = objects_.revision();
    const auto changed = [&] { return cuts != cuts_ || objects_.revision() != revision; };
    if (news_.wait_for(lock, kPeek, changed)) continue;
    if (has_left(request)) return;  // or its thread would be taken until the end of the stream
    if (std::chrono::steady_clock::now() < end) continue;
    out << objects_.bookmark(kind) << "\n" << std::flush;
    return;
  }
  throw Poco::IOException("cut");
}

// Whose token; empty: the admin's certificate. Nothing: nobody's.
std::optional<std::string> FakeApiServer::login_of(net::HTTPServerRequest& request) const {
  const std::string login = request.get("Authorization", "");
  const std::string token = login.starts_with("Bearer ") ? login.substr(7) : "";
  if (token == admin_token() || token == plain_token() || token.starts_with("account/")) return token;
  if (!login.empty() || !net::SecureStreamSocket(socket_of(request)).havePeerCertificate()) return std::nullopt;
  return "";
}

// What stands before any object is looked at; nothing: go on.
std::optional<FakeAnswer> FakeApiServer::refuse(const std::optional<FakeTarget>& target,
                                                net::HTTPServerRequest& request, const std::string& body) {
  const auto token = login_of(request);
  if (!token) return refusal(401, "Unauthorized", "Unauthorized");
  if (request.getURI() == "/version") {
    json::Value version;
    return FakeAnswer{200, version.add("major", "1").add("minor", "30")};
  }
  if (!target) return FakeAnswer{404, json::Value("404 page not found")};
  if (target->plural.empty()) return kinds_of(target->group, target->version);
  if (target->plural == "selfsubjectaccessreviews") return review(*token, *json::parse(body));
  if (kind_of(*target) == nullptr) return FakeAnswer{404, json::Value("404 page not found")};
  return forbid(*token, *target, request.getMethod(), request.getContentType());
}

void FakeApiServer::serve(net::HTTPServerRequest& request, net::HTTPServerResponse& response) {
  const std::string body{std::istreambuf_iterator<char>(request.stream()), {}};
  const auto target = target_of(request.getURI());
  std::unique_lock lock(mutex_);
  requests_.push_back(request.getMethod() + " " + request.getURI());
  const bool watches = target && target->asked("watch") == "true";
  const auto fault = fault_for(watches ? "WATCH" : request.getMethod(), request.getURI(), body);
  if (fault && fault->what == Fault::What::answer) {
    if (!fault->retry_after.empty()) response.set("Retry-After", fault->retry_after);
    return send(response, fault->status, fault->body);
  }
  if (fault && fault->what == Fault::What::silence) return hang(lock), break_off(request);
  if (fault && fault->what == Fault::What::break_off) return break_off(request);
  auto answered = refuse(target, request, body);
  if (!answered && watches) return lock.unlock(), watch(*target, request, response);
  if (!answered) {
    const FakeAsked asked{*target, request.getMethod(), request.getContentType(), body};
    if (fault && fault->what == Fault::What::break_off_and_late) return late_.push_back(asked), break_off(request);
    answered = answer(*target, asked.method, asked.type, body);
    if (hear_) hear_(asked, answered->status, !fault, objects_);
  }
  changed();
  news_.notify_all();
  if (fault && fault->what == Fault::What::silence_after_effect) return hang(lock), break_off(request);
  if (fault) return break_off(request);
  lock.unlock();
  const bool text = target && target->subresource == "log" && answered->status == 200;
  send(response, answered->status, text ? answered->body.as_string() : json::write(answered->body));
}

}  // namespace depops::test
