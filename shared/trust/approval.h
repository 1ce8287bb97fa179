#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "shared/base/moment.h"
#include "shared/base/names.h"
#include "shared/trust/refusal.h"
#include "shared/trust/root.h"
#include "shared/trust/signed.h"

// What people sign, and how voices are counted. An approval binds to the artifact and to the plan, by digest.
namespace depops::trust {

inline constexpr std::string_view kStatementType = "application/vnd.in-toto+json";
inline constexpr Millis kBreakGlassMax{4 * 3'600'000};
inline constexpr std::size_t kApprovalsMax = 32;  // of one target
inline constexpr Millis kClocksDiffer{60'000};

// What is asked about.
struct Subject {
  Digest release;  // of the version's artifact
  Digest plan;
  ServiceName service;
  VersionLabel version;
  EnvironmentName environment;
  bool operator==(const Subject&) const = default;
};

enum class Decision : std::uint8_t { approve, reject };

struct Statement {
  bool break_glass = false;  // an emergency: one person of role break-glass instead of the quorum
  Decision decision = Decision::approve;
  Subject subject;
  Person person;
  std::string reason;
  Instant not_before{};
  Instant not_after{};
  bool operator==(const Statement&) const = default;
};

// A statement with the bytes it was read from. Absent: they could not be read, `flaw` says why.
struct Approval {
  Signed document;  // of type kStatementType
  std::optional<Statement> statement;
  std::string flaw;
};

// What the trust root makes of approvals.
struct Votes {
  std::uint32_t needed = 0;
  std::vector<Person> given;           // different people, sorted, the author not among them
  std::optional<Statement> emergency;  // a valid break-glass: it stands for the quorum
  std::optional<Refused> rejected;     // somebody with a say said no
  std::optional<Refused> flaw;         // the first approval that does not count, and why

  bool enough() const { return !rejected && (emergency.has_value() || given.size() >= needed); }
};

// `author`: the person who asked for the release; does not count. `early`: so long before its time an approval counts
// already. None where people are asked to wait for it; kClocksDiffer where what was signed is judged, by another clock
// than that of whoever counted: a site's is behind its hub's by the way from there.
Votes count_votes(const TrustRoot& root, const Subject& subject, const Person& author,
                  const std::vector<Approval>& approvals, Instant now, Verifies verifies, Millis early = Millis(0));

// Why these votes are not enough, nothing if they are.
std::optional<Refused> objection_to(const Votes& votes, const Subject& subject);

}  // namespace depops::trust
