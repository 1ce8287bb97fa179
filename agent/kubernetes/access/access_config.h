#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "agent/kubernetes/api/names.h"
#include "shared/base/moment.h"
#include "shared/base/result.h"
#include "shared/http/url.h"

namespace depops::agent::kubernetes {

// PEM text, or the file that has it and is read when it is needed.
struct Pem {
  std::string file;
  std::string text{};
  bool empty() const { return file.empty() && text.empty(); }
};

// A program that gives credentials (client.authentication.k8s.io). Started without a shell, with these variables only.
struct ExecPlugin {
  std::string api_version;                             // of what it prints
  std::vector<std::string> words;                      // the first is a path, or a name that is looked for in `search`
  std::vector<std::string> environment;                // "NAME=value", from the kubeconfig
  std::string search{"/usr/local/bin:/usr/bin:/bin"};  // also its PATH, unless the kubeconfig names one
  Millis timeout{20'000};
};

// Where an API server is and how to show who we are. Holds secrets: never printed.
struct AccessConfig {
  http::Page server;        // always https
  std::string server_name;  // that its certificate must be for; empty: the host
  Pem authorities;          // empty: those of the system
  Pem certificate;
  Pem key;
  std::string token;
  std::string token_file;  // read for each request, so that a rotated one counts at once
  std::optional<ExecPlugin> exec;
  Namespace space;  // where objects are meant that name none
};

}  // namespace depops::agent::kubernetes
