#include <algorithm>

#include "shared/http/http_get.h"
#include "shared/json/parse.h"
#include "tests/support/kubernetes/fake_api_server.h"

// What the server answers to each verb, without a connection.
namespace depops::test {
namespace {

// As servers show it: no replicas are left out.
json::Value scale_of(const json::Value& object) {
  json::Value spec = json::Value::object();
  const json::Value& replicas = object["spec"]["replicas"];
  if (replicas.as_int() != 0) spec.add("replicas", replicas);
  json::Value scale;
  scale.add("kind", "Scale").add("apiVersion", "autoscaling/v1").add("metadata", object["metadata"]);
  return scale.add("spec", std::move(spec));
}

}  // namespace

FakeAnswer FakeApiServer::kinds_of(const std::string& group, const std::string& version) const {
  json::Value resources = json::Value::array();
  for (const FakeKind& kind : kinds_) {
    if (kind.group != group || kind.version != version) continue;
    json::Value one;
    one.add("name", kind.plural).add("kind", kind.kind).add("namespaced", kind.namespaced);
    resources.push(std::move(one));
  }
  if (resources.items().empty()) return {404, json::Value("404 page not found")};
  json::Value body;
  body.add("kind", "APIResourceList").add("groupVersion", version).add("resources", std::move(resources));
  return {200, std::move(body)};
}

const FakeKind* FakeApiServer::kind_of(const FakeTarget& target) const {
  const auto kind = std::find_if(kinds_.begin(), kinds_.end(), [&](const FakeKind& one) {
    return one.group == target.group && one.version == target.version && one.plural == target.plural;
  });
  return kind == kinds_.end() ? nullptr : &*kind;
}

FakeAnswer FakeApiServer::scale(const FakeTarget& target, const std::string& type, const json::Value& patch) {
  const FakeKind& kind = *kind_of(target);
  const auto found = objects_.get(kind, target.key());
  if (found.status != 200) return found;
  const bool tests = type == "application/json-patch+json";
  const auto wished = tests ? patched(scale_of(found.body), patch) : std::optional(merged(scale_of(found.body), patch));
  if (!wished) return refusal(422, "Invalid", "the server rejected our request due to an error in our request");
  json::Value spec;
  spec.add("replicas", (*wished)["spec"]["replicas"].as_int());
  json::Value change;
  change.add("spec", std::move(spec));
  const auto answer = objects_.merge_patch(kind, target.key(), change, target.asked("fieldManager"));
  if (answer.status != 200) return answer;
  return {200, scale_of(answer.body)};
}

// Status has a subresource of its own, and changes there change nothing else.
FakeAnswer FakeApiServer::merge(const FakeTarget& target, const json::Value& patch) {
  json::Value part;
  for (const auto& [name, value] : patch.members())
    if ((name == "status") == (target.subresource == "status")) part.add(name, value);
  return objects_.merge_patch(*kind_of(target), target.key(), part, target.asked("fieldManager"));
}

// From the node, as servers do.
FakeAnswer FakeApiServer::log_of(const FakeTarget& target) {
  const FakeKind& kind = *kind_of(target);
  const auto pod = objects_.get(kind, target.key());
  if (pod.status != 200) return pod;
  const auto node =
      objects_.get(*kind_of({"", "v1", "nodes", "", "", "", {}}), "/" + pod.body["spec"]["nodeName"].as_string());
  if (node.status != 200) return refusal(500, "InternalError", "the pod's node is not known");
  const auto port = at(node.body, {"status", "daemonEndpoints", "kubeletEndpoint", "Port"}).as_uint();
  std::string path = "/containerLogs/" + target.key() + "/" + target.asked("container") + "?";
  for (const auto& [name, value] : target.query) {
    if (name != "container") path += name + "=" + value + "&";
  }
  const http::Page page{"127.0.0.1", static_cast<std::uint16_t>(port), path, "", true};
  const auto answer = http::http_ask(page, Millis(5'000), 1 << 20, authority());
  if (!answer.ok()) return refusal(500, "InternalError", answer.error().what);
  return {200, json::Value(answer->body.substr(0, std::stoul(target.asked("limitBytes"))))};
}

void FakeApiServer::define(const json::Value& definition) {
  const json::Value& spec = definition["spec"];
  for (const json::Value& version : spec["versions"].items()) {
    kinds_.push_back({spec["group"].as_string(), version["name"].as_string(), spec["names"]["plural"].as_string(),
                      spec["names"]["kind"].as_string(), spec["scope"].as_string() == "Namespaced"});
  }
}

FakeAnswer FakeApiServer::write(const FakeTarget& target, const std::string& method, const std::string& type,
                                const std::string& body) {
  const FakeKind& kind = *kind_of(target);
  const auto parsed = json::parse(body);
  if (!parsed.ok()) return refusal(400, "BadRequest", "the body is no JSON");
  const std::string manager = target.asked("fieldManager");
  if (target.subresource == "token") return token_of(target);
  if (method == "POST" && target.asked("dryRun") == "All")
    return FakeObjects(objects_).create(kind, target.space, *parsed, manager);
  if (method == "POST") {
    const FakeAnswer made = objects_.create(kind, target.space, *parsed, manager);
    if (made.status == 201 && kind.plural == "customresourcedefinitions") define(*parsed);
    return made;
  }
  if (method == "DELETE") return objects_.remove(kind, target.key(), *parsed);
  if (target.subresource == "scale") return scale(target, type, *parsed);
  if (type == "application/merge-patch+json") return merge(target, *parsed);
  // Who applies a subresource owns only what is in it.
  const std::string owner = target.subresource.empty() ? manager : manager + "/" + target.subresource;
  if (type == "application/apply-patch+yaml")
    return objects_.apply(kind, target.key(), *parsed, owner, target.asked("force") == "true");
  if (type == "application/json-patch+json" && target.asked("dryRun") == "All")
    return FakeObjects(objects_).json_patch(kind, target.key(), *parsed, manager);
  if (type == "application/json-patch+json") return objects_.json_patch(kind, target.key(), *parsed, manager);
  return refusal(415, "UnsupportedMediaType", "the body of the request was in an unknown format");
}

FakeAnswer FakeApiServer::answer(const FakeTarget& target, const std::string& method, const std::string& type,
                                 const std::string& body) {
  const FakeKind& kind = *kind_of(target);
  if (method != "GET") return write(target, method, type, body);
  if (target.subresource == "log") return log_of(target);
  if (!target.name.empty()) return objects_.get(kind, target.key());
  const std::string limit = target.asked("limit");
  return objects_.list(kind, target.space, target.asked("labelSelector"), limit.empty() ? 0 : std::stoul(limit),
                       target.asked("continue"));
}

}  // namespace depops::test
