#include "agent/kubernetes/access/kubeconfig.h"

#include <yaml-cpp/yaml.h>

#include <filesystem>
#include <set>

#include "agent/kubernetes/access/base64.h"
#include "agent/kubernetes/access/small_file.h"

namespace depops::agent::kubernetes {
namespace {

constexpr std::size_t kKubeconfigMax = 1 << 20;
constexpr std::size_t kWordsMost = 200;

// Reads parts of one file; the first thing that is wrong ends it. Values are never repeated: they may be secrets.
class Part {
 public:
  Part(YAML::Node node, std::string place) : node_(std::move(node)), place_(std::move(place)) {}

  Error wrong(const std::string& what) const { return {Errc::invalid, place_ + ": " + what}; }

  std::string text(const char* key) const {
    const YAML::Node found = node_[key];
    return found && found.IsScalar() ? found.Scalar() : "";
  }
  bool has(const char* key) const { return static_cast<bool>(node_[key]) && !node_[key].IsNull(); }
  const YAML::Node& node() const { return node_; }
  Part below(const char* key) const { return {node_[key], place_ + "." + key}; }

  // A key that stands twice means two things to two readers.
  Result<void> check() const {
    if (!node_ || !node_.IsMap()) return wrong("must be a mapping");
    std::set<std::string> seen;
    for (const auto& entry : node_) {
      if (!entry.first.IsScalar() || !seen.insert(entry.first.Scalar()).second)
        return wrong("a key stands twice or is no text");
    }
    return {};
  }

  // What is named `name` in the list `list`, below `key`: contexts[name].context
  Result<Part> named(const char* list, const std::string& name, const char* key) const {
    for (const YAML::Node& item : node_[list]) {
      if (!item.IsMap() || !item["name"] || !item["name"].IsScalar() || item["name"].Scalar() != name) continue;
      Part part(item[key], place_ + ": " + list + "[" + name + "]." + key);
      DEPOPS_TRY_VOID(part.check());
      return part;
    }
    return wrong(std::string(list) + " has no '" + name + "'; add it, or choose another context");
  }

 private:
  YAML::Node node_;
  std::string place_;
};

std::string path_beside(const std::string& file, const std::string& path) {
  if (path.empty() || path.front() == '/') return path;
  return (std::filesystem::path(file).parent_path() / path).lexically_normal().string();
}

// The text below KEY-data, or the file below KEY; with both the text counts, as with kubectl.
Result<Pem> pem_of(const Part& part, const std::string& key, const std::string& file) {
  const std::string data_key = key + "-data";
  if (!part.has(data_key.c_str())) return Pem{path_beside(file, part.text(key.c_str()))};
  const auto decoded = decode_base64(part.text(data_key.c_str()));
  if (!decoded) return part.wrong(data_key + " is no base64");
  return Pem{"", *decoded};
}

Result<void> read_cluster(const Part& cluster, const std::string& file, AccessConfig& config) {
  if (cluster.text("insecure-skip-tls-verify") == "true")
    return cluster.wrong("insecure-skip-tls-verify is refused; give certificate-authority instead");
  if (cluster.has("proxy-url")) return cluster.wrong("proxy-url is not supported; name a server that can be reached");
  const auto page = http::parse_url(cluster.text("server"));
  if (!page.ok() || !page->tls || !page->credentials.empty())
    return cluster.wrong("server must be like https://HOST:6443, without a user");
  config.server = *page;
  while (config.server.path.ends_with('/')) config.server.path.pop_back();
  config.server_name = cluster.text("tls-server-name");
  DEPOPS_TRY(config.authorities, pem_of(cluster, "certificate-authority", file));
  return {};
}

Result<ExecPlugin> read_exec(const Part& exec, const std::string& file) {
  DEPOPS_TRY_VOID(exec.check());
  ExecPlugin plugin;
  plugin.api_version = exec.text("apiVersion");
  if (plugin.api_version != "client.authentication.k8s.io/v1" &&
      plugin.api_version != "client.authentication.k8s.io/v1beta1")
    return exec.wrong("apiVersion must be client.authentication.k8s.io/v1 or v1beta1");
  if (exec.text("interactiveMode") == "Always") return exec.wrong("nobody is there to answer a plugin that asks");
  const std::string command = exec.text("command");
  if (command.empty()) return exec.wrong("command is missing");
  plugin.words.push_back(command.find('/') == std::string::npos ? command : path_beside(file, command));
  for (const YAML::Node& word : exec.node()["args"]) {
    if (!word.IsScalar() || plugin.words.size() == kWordsMost) return exec.wrong("args must be a list of texts");
    plugin.words.push_back(word.Scalar());
  }
  for (const YAML::Node& variable : exec.node()["env"]) {
    const bool good = variable.IsMap() && variable["name"] && variable["value"] && variable["name"].IsScalar() &&
                      variable["value"].IsScalar() && plugin.environment.size() < kWordsMost;
    if (!good) return exec.wrong("env must be a list of {name, value}");
    plugin.environment.push_back(variable["name"].Scalar() + "=" + variable["value"].Scalar());
  }
  return plugin;
}

Result<void> read_user(const Part& user, const std::string& file, AccessConfig& config) {
  for (const char* refused : {"username", "password", "auth-provider", "as", "as-uid", "as-groups", "as-user-extra"}) {
    if (user.has(refused))
      return user.wrong(std::string(refused) + " is not supported; use a token, a client certificate or exec");
  }
  DEPOPS_TRY(config.certificate, pem_of(user, "client-certificate", file));
  DEPOPS_TRY(config.key, pem_of(user, "client-key", file));
  if (config.certificate.empty() != config.key.empty())
    return user.wrong("client-certificate and client-key belong together");
  config.token = user.text("token");
  config.token_file = path_beside(file, user.text("tokenFile"));
  if (!user.has("exec")) return {};
  DEPOPS_TRY(config.exec, read_exec(user.below("exec"), file));
  return {};
}

Result<AccessConfig> read_all(const Part& root, const std::string& file, const std::string& wanted) {
  DEPOPS_TRY_VOID(root.check());
  const std::string name = wanted.empty() ? root.text("current-context") : wanted;
  if (name.empty()) return root.wrong("has no current-context; name one");
  DEPOPS_TRY(const Part context, root.named("contexts", name, "context"));
  DEPOPS_TRY(const Part cluster, root.named("clusters", context.text("cluster"), "cluster"));
  DEPOPS_TRY(const Part user, root.named("users", context.text("user"), "user"));
  AccessConfig config;
  DEPOPS_TRY_VOID(read_cluster(cluster, file, config));
  DEPOPS_TRY_VOID(read_user(user, file, config));
  const std::string space = context.text("namespace");
  config.space = Namespace(space.empty() ? "default" : space);
  return config;
}

}  // namespace

Result<AccessConfig> read_kubeconfig(const std::string& text, const std::string& file, const std::string& context) {
  if (text.size() > kKubeconfigMax) return Error{Errc::invalid, file + ": is larger than 1 MiB"};
  try {
    return read_all(Part(YAML::Load(text), file), file, context);
  } catch (const YAML::Exception& trouble) {
    // Not its words: they can repeat what stands there.
    return Error{Errc::invalid, file + ":" + std::to_string(trouble.mark.line + 1) + ": is no kubeconfig"};
  }
}

Result<AccessConfig> load_kubeconfig(const std::string& file, const std::string& context) {
  DEPOPS_TRY(const std::string text, read_small_file(file));
  return read_kubeconfig(text, file, context);
}

Result<AccessConfig> in_cluster(const std::string& host, const std::string& port, const std::string& folder) {
  const bool v6 = host.find(':') != std::string::npos;
  const auto page = http::parse_url("https://" + (v6 ? "[" + host + "]" : host) + ":" + port);
  if (host.empty() || port.empty() || !page.ok())
    return Error{
        Errc::invalid,
        "KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT name no server; outside of a pod name a kubeconfig"};
  AccessConfig config;
  config.server = *page;
  config.server.path.clear();
  config.authorities.file = folder + "/ca.crt";
  config.token_file = folder + "/token";
  DEPOPS_TRY(const std::string space, read_small_file(folder + "/namespace"));
  config.space = Namespace(trimmed(space));
  return config;
}

}  // namespace depops::agent::kubernetes
