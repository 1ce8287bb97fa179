#pragma once

#include <string>

#include "agent/kubernetes/access/access_config.h"

namespace depops::agent::kubernetes {

// One kubeconfig, as kubectl reads it. `file` names it in errors, and its folder is where relative paths begin;
// `context` empty: the current one. Refused with the remedy: a server without https, insecure-skip-tls-verify, proxies,
// passwords, auth-provider, impersonation, keys that stand twice. Errors name the place, never a value of a user.
Result<AccessConfig> read_kubeconfig(const std::string& text, const std::string& file, const std::string& context = "");
Result<AccessConfig> load_kubeconfig(const std::string& file, const std::string& context = "");

// What a pod is given: KUBERNETES_SERVICE_HOST and _PORT, and the folder with token, ca.crt and namespace.
inline constexpr const char* kServiceAccount = "/var/run/secrets/kubernetes.io/serviceaccount";
Result<AccessConfig> in_cluster(const std::string& host, const std::string& port,
                                const std::string& folder = kServiceAccount);

}  // namespace depops::agent::kubernetes
