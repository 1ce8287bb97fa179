#pragma once

#include <functional>

#include "agent/driver/driver.h"
#include "shared/threads/tickets.h"

namespace depops::agent {

// Carries effects out, each between two crash points called "<name>.before" and "<name>.after". Thread: writer.
class Effects {
 public:
  Effects(const Parts& parts, Tickets<AnswerVerb>& verbs, Tickets<SiteView>& views, std::function<void(Input)> post);
  void carry_out(const Effect& effect);

 private:
  void act(const ApplyRuntime& effect) { parts_.runtime.apply(effect.orders); }
  void act(const ApplyRouter& effect) { parts_.router.apply(effect.orders); }
  void act(const WantArtifacts& effect) { parts_.artifacts.want(effect.refs); }
  void act(const Measure& effect) { parts_.metrics.measure(effect.orders); }
  void act(const SendEntries& effect);
  std::uint64_t before(const SendEntries& effect) const;
  void act(const SendHello& effect) { parts_.uplink.send(effect.hello); }
  void act(const SendAnswer& effect) {
    std::visit([this](const auto& one) { parts_.uplink.send(one); }, effect.answer);
  }
  void act(const SendTelemetry& effect) { parts_.uplink.send(effect.telemetry); }
  void act(const AnswerVerb& effect) { verbs_.answer(effect.ticket, effect); }
  void act(const ApplyHooks& effect) { parts_.hooks.apply(effect.orders); }
  void act(const AnswerStatus& effect) { views_.answer(effect.ticket, effect.view); }

  const Parts& parts_;
  Tickets<AnswerVerb>& verbs_;
  Tickets<SiteView>& views_;
  std::function<void(Input)> post_;
};

// The name of a kind of effect, by its index in the variant; its crash points are called "<name>.before" and ".after".
const char* effect_name(std::size_t index) noexcept;

}  // namespace depops::agent
