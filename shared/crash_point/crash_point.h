#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

// Named places at which a test can make the process die at once, as by SIGKILL: right before and right after everything
// that leaves a trace outside. Unarmed, which is always the case outside tests, a point costs one comparison.
namespace depops {

// Every act that leaves a trace outside. Each has two points, "<act>.before" and "<act>.after". A point of an act that
// is not listed here does not compile; the crash walk (tests/e2e/crash) goes through all of them.
inline constexpr auto kCrashActs = std::to_array<std::string_view>({
    // the agent's own folders, keys and sockets
    "init.key",
    "start.folders",
    "start.socket",
    // its journal
    "journal.open",
    "journal.site",
    "journal.reserve",
    "journal.free",
    "commit",
    "session",
    "prune",
    // kinds of effects; agent/driver/effects.cc does not compile without one for each
    "apply-runtime",
    "apply-router",
    "want-artifacts",
    "measure",
    "send-entries",
    "send-hello",
    "send-answer",
    "send-telemetry",
    "answer-verb",
    "answer-status",
    "apply-hooks",
    // what the hub is told beside effects
    "send-presence",
    // artifacts: depops-fetch is started; what it does has the points of depops-fetch
    "artifact.start",
    "artifact.open",
    "artifact.write",
    "artifact.unpack",
    "artifact.rename",
    "artifact.tidy",
    "artifact.remove",
    // processes
    "process.open",
    "process.journal",
    "process.folder",
    "process.launch",
    "process.signal",
    "process.log",
    "process.remove",
    // hooks
    "hook.launch",
    "hook.note",
    "hook.output",
    "hook.tidy",
    // the load balancer
    "haproxy.trial",
    "haproxy.configuration",
    "haproxy.routes",
    "haproxy.write",
    "haproxy.reload",
    // the hub, whose names begin with "hub-": tests/e2e/faults kills it there
    "hub-commit",
    "hub-answer",
    "hub-act",
    "hub-tree",
    "hub-log-sign",
    "hub-log-keep",
});
inline constexpr std::size_t kCrashPoints = 2 * kCrashActs.size();

// Position of a point by its name; kCrashPoints if there is none.
constexpr std::size_t crash_point_index(std::string_view name) noexcept {
  for (std::size_t act = 0; act < kCrashActs.size(); ++act) {
    if (!name.starts_with(kCrashActs[act])) continue;
    const std::string_view rest = name.substr(kCrashActs[act].size());
    if (rest == ".before") return 2 * act;
    if (rest == ".after") return 2 * act + 1;
  }
  return kCrashPoints;
}

std::string crash_point_name(std::size_t index);

// One of the points; made from its name while compiling.
class CrashPoint {
 public:
  consteval CrashPoint(const char* name) : index_(crash_point_index(name)) {
    if (index_ == kCrashPoints) throw "kCrashActs has no such act, or the name ends neither in .before nor in .after";
  }
  constexpr std::size_t index() const noexcept { return index_; }

 private:
  std::size_t index_;
};

// Who dies at a point: the process itself, or with it the one that started it and has it as its hand.
enum class CrashVictim { self, parent };

// From now on the victim ends with SIGKILL when the point called `name` is passed for the `nth` time (1 = the next
// time). Call once, before any thread starts. False: there is no such point.
[[nodiscard]] bool arm_crash_point(std::string_view name, std::uint64_t nth, CrashVictim victim = CrashVictim::self);

// From now on every pass adds a line with the point's name to the file. Call once, before any thread starts. False: the
// file can not be written.
[[nodiscard]] bool trace_crash_points(const std::string& path);

// For tests: DEPOPS_CRASH_POINT=commit.after:3 arms the third pass of that point, DEPOPS_CRASH_TRACE=F traces into the
// file F. False: one of them can not be so; standard error says why. Call once, before any thread starts.
[[nodiscard]] bool arm_from_environment(CrashVictim victim = CrashVictim::self);

// These two variables as they are set, to hand on to a process of ours; usually none.
std::vector<std::string> crash_environment();

// Passes the point. Thread: any.
void crash_point(CrashPoint point) noexcept;

}  // namespace depops
