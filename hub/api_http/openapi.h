#pragma once

namespace depops::hub::api_http {

// openapi.yaml as it was built in.
const char* openapi_text();

}  // namespace depops::hub::api_http
