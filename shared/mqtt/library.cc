#include "shared/mqtt/library.h"

#include <mqtt/token.h>

#include <cstdlib>

namespace depops::mqtt {

std::string library_url(const std::string& url) {
  if (url.starts_with("mqtts://")) return "ssl://" + url.substr(8);
  if (url.starts_with("mqtt://")) return "tcp://" + url.substr(7);
  return url;
}

std::string failure_of(const ::mqtt::token& token) {
  const int code = token.get_return_code();
  const auto reason = token.get_reason_code();
  if (reason >= ::mqtt::ReasonCode::UNSPECIFIED_ERROR) return "the broker refused: reason " + std::to_string(reason);
  if (code == -1) return "no connection; is the broker running, and do both sides accept each other's certificate?";
  return ::mqtt::exception::error_str(code);
}

void stop_library_trace() {
  if (std::getenv("MQTT_C_CLIENT_TRACE") == nullptr) MQTTAsync_setTraceLevel(MQTTASYNC_TRACE_ERROR);
}

}  // namespace depops::mqtt
