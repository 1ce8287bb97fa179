#pragma once

#include "agent/settings/settings.h"

namespace YAML {  // NOLINT(readability-identifier-naming): the library's own name
class Node;
}

namespace depops::agent::settings {

class Reader;

// What the hub told this site when it joined: as `enrolment` says it, or as the file says that it names as `joined`.
// That is the settings file which joining wrote, for sites whose own settings come from elsewhere. Internal.
EnrolmentSettings read_enrolment(Reader& reader, const YAML::Node& root, const SiteName& site);

}  // namespace depops::agent::settings
