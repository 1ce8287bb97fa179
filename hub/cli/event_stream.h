#pragma once

#include <optional>
#include <string>

namespace depops::hub::cli {

// One server-sent event.
struct ServerEvent {
  std::string id;
  std::string name = "message";
  std::string data;
};

// Puts lines together to events; comments and unknown fields are passed over. Data is capped at 1 MiB.
class EventReader {
 public:
  // The event that this line (without its line end) completes, if it does.
  std::optional<ServerEvent> take(std::string line);
  const std::string& last_id() const noexcept { return last_id_; }

 private:
  ServerEvent next_;
  bool has_data_ = false;
  std::string last_id_;
};

}  // namespace depops::hub::cli
