#pragma once

#include <optional>

#include "agent/ports/validity.h"
#include "shared/base/moment.h"

// When a site asks for its next certificate, and where. Pure: the edge asks at a steady pace. Thread: one.
namespace depops::agent {

enum class RenewalWay {
  none,    // not now
  broker,  // in a signed frame
  door,    // over HTTPS: the broker lets nobody in whose certificate ran out
};

class Renewal {
 public:
  static constexpr Millis kAskEvery = std::chrono::minutes(10);  // over the broker; the answer can be lost
  static constexpr Millis kDoorFirst = std::chrono::minutes(1);  // then twice as long each time
  static constexpr Millis kDoorMost = std::chrono::hours(1);
  static constexpr Millis kPatience = std::chrono::minutes(10);  // with a broker that is away, before the end
  static constexpr Millis kSpreadMost = std::chrono::minutes(1);

  // `has_door`: the joining listener is known. `spread`: [0, 1), another one at every site, so that those that were cut
  // off together do not come back together.
  Renewal(bool has_door, double spread) : has_door_(has_door), spread_(spread) {}

  void link(bool connected, const Moment& now);
  // What is to be done now; counts as done. At two thirds of the certificate's life it is due.
  RenewalWay next(const Validity& validity, const Moment& now);
  // There is a new certificate: what was asked before counts for nothing.
  void renewed();

 private:
  RenewalWay over_broker(const Validity& validity, const Moment& now);
  RenewalWay at_door(const Validity& validity, const Moment& now);

  bool has_door_;
  double spread_;
  bool connected_ = false;
  std::optional<Stamp> away_since_;
  std::optional<Stamp> asked_;
  std::optional<Stamp> knocked_;
  Millis knock_again_{0};
};

}  // namespace depops::agent
