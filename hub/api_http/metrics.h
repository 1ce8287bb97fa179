#pragma once

#include <memory>
#include <string>

#include "shared/base/moment.h"

namespace depops::hub::api_http {

// What the hub says about itself at /metrics, names depops_hub_*. Thread: any.
class Metrics {
 public:
  Metrics();
  ~Metrics();

  void request(const std::string& operation, int status, double seconds);
  void frame(const std::string& outcome);  // "taken", "bad_signature", "wrong_sender", "undecodable", "overflow"
  void commit(double seconds, std::size_t inputs);
  void revocations_until(Instant end);  // of the list that the broker goes by; an old one lets nobody in
  void set_connected(const std::string& broker, bool connected);
  void set_streams(std::size_t count);  // event streams open now
  std::string text() const;             // Prometheus text format

 private:
  struct Families;
  std::unique_ptr<Families> families_;
};

}  // namespace depops::hub::api_http
