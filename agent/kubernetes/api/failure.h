#pragma once

#include <optional>
#include <string>
#include <vector>

#include "agent/kubernetes/api/names.h"
#include "shared/base/moment.h"
#include "shared/base/result.h"

namespace depops::agent::kubernetes {

// Named by the reaction that makes sense.
enum class FailureKind {
  conflict,     // the object is no longer what was thought, exists already, or another manager owns the fields
  not_found,    // no such object, or no such kind of object on this server
  gone,         // the server no longer knows that resourceVersion or page: list again
  invalid,      // the server will never take this
  forbidden,    // these credentials may not, or are not accepted
  throttled,    // too many requests; nothing was done
  unavailable,  // no answer that helps, try again
  unanswered,   // sent, and no answer came in time: it may have been carried out
};

const char* name_of(FailureKind kind) noexcept;

// One thing the server found wrong.
struct Cause {
  std::string field;       // ".spec.replicas"
  std::string reason;      // "FieldValueInvalid", "FieldManagerConflict"
  std::string message;     // the server's words
  FieldManager manager{};  // who owns the field, with FieldManagerConflict
  bool operator==(const Cause&) const = default;
};

struct Failure {
  FailureKind kind = FailureKind::unavailable;
  std::string what;    // place, cause, remedy; nothing secret
  std::string reason;  // the server's word for it: "AlreadyExists"; empty: it said none
  std::vector<Cause> causes{};
  std::string missing_rule{};  // the line of a Role that would allow it, with forbidden
  bool may_have_happened = false;
  std::optional<Millis> retry_after{};  // what the server asked for, uncapped

  // Asking again can not help.
  bool is_final() const { return kind == FailureKind::invalid || kind == FailureKind::forbidden; }
  bool not_found() const { return kind == FailureKind::not_found; }
  bool already_exists() const { return kind == FailureKind::conflict && reason == "AlreadyExists"; }
};

// One request, as people and Roles name it.
struct Asked {
  std::string verb;  // get, list, watch, create, patch, delete
  Resource resource;
  ObjectKey key;              // the name is empty with list and watch
  std::string subresource{};  // "scale"
  bool tests = false;         // a JSON patch with tests

  bool writes() const { return verb != "get" && verb != "list" && verb != "watch"; }
};

// "patch deployments.apps/scale web in shop"
std::string shown(const Asked& asked);

// What an answer other than success means. `body`: a Status of the API, or whatever came instead of one.
Failure failure_of(const Asked& asked, int status, const std::string& body, std::optional<Millis> retry_after);

// No answer at all, because of `why`.
Failure failure_without_answer(const Asked& asked, bool sent, const std::string& why);

// For the agent's ports, which know fewer words.
Error error_of(const Failure& failure);

}  // namespace depops::agent::kubernetes
