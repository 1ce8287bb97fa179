#pragma once

#include <string>

#include "agent/ports/site_view.h"

namespace depops::agent {

// The answer to `depops-agent rollout status`: one JSON document, camelCase names.
std::string view_json(const SiteView& view, const ServiceName& only);

// The same document for people.
std::string view_text(const std::string& json);

}  // namespace depops::agent
