#include "agent/driver/effects.h"

#include <array>
#include <utility>

#include "shared/crash_point/crash_point.h"
#include "shared/sync/fingerprint.h"

namespace depops::agent {
namespace {

struct Points {
  const char* name;
  CrashPoint before;
  CrashPoint after;
};

constexpr std::array<Points, 11> kPoints = {{
    {"apply-runtime", "apply-runtime.before", "apply-runtime.after"},
    {"apply-router", "apply-router.before", "apply-router.after"},
    {"want-artifacts", "want-artifacts.before", "want-artifacts.after"},
    {"measure", "measure.before", "measure.after"},
    {"send-entries", "send-entries.before", "send-entries.after"},
    {"send-hello", "send-hello.before", "send-hello.after"},
    {"send-answer", "send-answer.before", "send-answer.after"},
    {"send-telemetry", "send-telemetry.before", "send-telemetry.after"},
    {"answer-verb", "answer-verb.before", "answer-verb.after"},
    {"answer-status", "answer-status.before", "answer-status.after"},
    {"apply-hooks", "apply-hooks.before", "apply-hooks.after"},
}};
// The name and the two points are of one act, the act of no other effect.
constexpr bool well_named() {
  for (std::size_t i = 0; i < kPoints.size(); ++i) {
    const std::size_t act = kPoints[i].before.index() / 2;
    if (kCrashActs[act] != kPoints[i].name || kPoints[i].before.index() != 2 * act) return false;
    if (kPoints[i].after.index() != 2 * act + 1) return false;
    for (std::size_t k = 0; k < i; ++k) {
      if (kPoints[k].before.index() == kPoints[i].before.index()) return false;
    }
  }
  return true;
}
static_assert(well_named());
static_assert(kPoints.size() == std::variant_size_v<Effect>, "every kind of effect needs its crash points");

}  // namespace

const char* effect_name(std::size_t index) noexcept { return kPoints[index].name; }

Effects::Effects(const Parts& parts, Tickets<AnswerVerb>& verbs, Tickets<SiteView>& views,
                 std::function<void(Input)> post)
    : parts_(parts), verbs_(verbs), views_(views), post_(std::move(post)) {}

void Effects::carry_out(const Effect& effect) {
  const Points& points = kPoints[effect.index()];
  crash_point(points.before);
  std::visit([this](const auto& one) { act(one); }, effect);
  crash_point(points.after);
}

// Fingerprint of the entry before the first; 0: it is not kept any more, or can not be read.
std::uint64_t Effects::before(const SendEntries& effect) const {
  if (effect.first.value() < 2) return 0;
  const auto entry = parts_.journal.read(effect.stream, Sequence(effect.first.value() - 1), 1, 1);
  return entry.ok() && !entry->empty() ? sync::fingerprint(entry->front()) : 0;
}

void Effects::act(const SendEntries& effect) {
  EntriesSent sent{effect.stream, effect.first, 0, 0};
  auto entries = parts_.journal.read(effect.stream, effect.first, effect.max_entries, effect.max_bytes);
  if (!entries.ok()) parts_.log("event=journal-read-failed reason=\"" + entries.error().what + "\"");
  if (entries.ok() && !entries->empty()) {
    sent.entries = entries->size();
    const auto bytes =
        parts_.uplink.send(sync::Run{effect.stream, effect.first, std::move(entries).value(), before(effect)});
    sent.bytes = bytes.ok() ? bytes.value() : 1;  // not published is lost like any other frame: it is sent again
  }
  post_(sent);
}

}  // namespace depops::agent
