#pragma once

#include <string>

#include "hub/api_http/request.h"
#include "hub/ports/records.h"
#include "shared/base/result.h"
#include "shared/json/value.h"

namespace depops::hub::api_http {

json::Value to_json(const Reason& reason);

// RFC 9457. `code` is stable and kebab-case; `detail` names place, cause and remedy.
Response problem(int status, const std::string& code, const std::string& detail, const Reasons& reasons = {});
Response problem_of(const Error& error);
// For an answer that is not ok: `blocked` when reasons say why not now.
Response problem_of(const Answer& answer);

Response json_response(int status, const json::Value& value);

}  // namespace depops::hub::api_http
