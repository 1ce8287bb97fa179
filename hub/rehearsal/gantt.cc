#include "hub/rehearsal/gantt.h"

#include <array>
#include <cstdio>
#include <functional>

namespace depops::hub::rehearsal {
namespace {

constexpr std::size_t kTextMax = 64;
constexpr Millis kDay = std::chrono::hours(24);

// At most kTextMax bytes, whole characters.
std::string shortened(const std::string& text) {
  if (text.size() <= kTextMax) return text;
  std::size_t end = kTextMax;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  return text.substr(0, end) + " ...";
}

// A colon ends the name of a bar, a semicolon or a hash the line.
std::string plain(const std::string& text) {
  std::string made = shortened(text);
  for (char& c : made) {
    const bool ends = c == ':' || c == ';' || c == '#' || static_cast<unsigned char>(c) < 0x20;
    if (ends) c = ' ';
  }
  return made;
}

// As a date that readers in any zone show alike: the rehearsal begins at midnight.
std::string date(Millis at) {
  const std::chrono::hh_mm_ss clock(at % kDay);
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "2001-01-%02d %02d:%02d:%02d.%03d", static_cast<int>(at / kDay) + 1,
                static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()), static_cast<int>(clock.subseconds().count()));
  return text.data();
}

std::string bar(const std::string& name, const char* tags, Millis from, Millis to) {
  return "  " + plain(name) + " :" + tags + date(from) + ", " + (to > from ? date(to) : "0s") + "\n";
}

std::string phase_name(const Standing& standing) {
  const bool stepping = standing.step < standing.steps && standing.phase != "preflight";
  return standing.phase +
         (stepping ? " " + std::to_string(standing.step + 1) + "/" + std::to_string(standing.steps) : std::string());
}

const char* phase_tags(const Standing& standing) {
  if (standing.phase == "aborting") return "crit, ";
  return standing.pauses.empty() ? "done, " : "active, ";
}

std::string weight_name(const Standing& standing) { return std::to_string(standing.weight) + " %"; }

// One bar for each run of entries with the same name; nothing is drawn where the name is empty.
std::string bars(const Rehearsal& made, const std::function<std::string(const Standing&)>& name,
                 const std::function<const char*(const Standing&)>& tags) {
  std::string text;
  std::string before;
  Standing standing;
  Millis since{0};
  const auto close = [&](Millis at) {
    if (!before.empty() && at > since) text += bar(before, tags(standing), since, at);
  };
  for (const Entry& entry : made.entries) {
    const std::string now = name(entry.standing);
    if (now == before) continue;
    close(entry.at);
    before = now;
    standing = entry.standing;
    since = entry.at;
  }
  close(made.length);
  return text;
}

std::string section(const std::string& title, const std::string& rows) {
  return rows.empty() ? "" : "  section " + plain(title) + "\n" + rows;
}

std::string milestones(const Rehearsal& made, Kind kind) {
  std::string text;
  for (const Entry& entry : made.entries) {
    if (entry.kind != kind) continue;
    const bool verdict = kind == Kind::verdict;
    const bool bad = entry.outcome == "fail" || entry.outcome == "refused";
    const std::string name = verdict ? entry.metric + " " + entry.outcome + " " + entry.text : entry.text;
    text += bar(name, bad ? "crit, milestone, " : "milestone, ", verdict ? entry.until : entry.at,
                verdict ? entry.until : entry.at);
  }
  return text;
}

}  // namespace

std::string gantt_of(const Script& script, const Rehearsal& made) {
  const rollout::Plan& plan = *script.plan;
  const std::string target = plan.target.label.str();
  const std::string from = script.stable ? " from " + script.stable->label.str() : "";
  std::string text = "gantt\n  title " +
                     plain(plan.service.str() + from + " to " + target + " in " + plan.environment.str() + ", " +
                           rollout::name_of(made.standing.state)) +
                     "\n  dateFormat YYYY-MM-DD HH:mm:ss.SSS\n  axisFormat " +
                     (made.length < kDay ? "%H:%M:%S" : "%d. %H:%M") + "\n";
  text += section(
      "phases", bars(
                    made, [](const Standing& one) { return one.phase == "idle" ? "" : phase_name(one); }, phase_tags));
  text += section("requests to " + target,
                  bars(
                      made, [](const Standing& one) { return one.weight == 0 ? "" : weight_name(one); },
                      [](const Standing&) { return ""; }));
  text += section("verdicts", milestones(made, Kind::verdict));
  text += section("people", milestones(made, Kind::verb));
  return text + section("world", milestones(made, Kind::world));
}

}  // namespace depops::hub::rehearsal
