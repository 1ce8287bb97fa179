#pragma once

#include <string>
#include <utility>
#include <variant>

#include "shared/base/check.h"

// Expected trouble as a value. An Errc names the reaction a caller can choose, not the cause; the cause is the text,
// which names the place, what is wrong and the remedy, and grows outwards with in().
namespace depops {

enum class Errc {
  invalid,      // the input is wrong: the sender must change it
  not_found,    // no such thing
  exists,       // there is one already
  refused,      // understood and not allowed now or for this caller
  conflict,     // the world moved on: read again, then decide again
  unavailable,  // try again later
  unsupported,  // from a newer or older peer
  exhausted,    // a cap, disk or memory is full
  corrupt,      // stored or signed bytes are not what they must be
  internal,     // a library or the system failed in a way we do not handle
};

const char* name_of(Errc code) noexcept;

struct [[nodiscard]] Error {
  Errc code = Errc::internal;
  std::string what;

  // "load rollout r-17: <what>"
  Error in(const std::string& place) const { return {code, place + ": " + what}; }
};

template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  bool ok() const noexcept { return state_.index() == 0; }
  explicit operator bool() const noexcept { return ok(); }

  T& value() & { return DEPOPS_CHECK(ok()), std::get<0>(state_); }
  const T& value() const& { return DEPOPS_CHECK(ok()), std::get<0>(state_); }
  T&& value() && { return DEPOPS_CHECK(ok()), std::get<0>(std::move(state_)); }
  const Error& error() const { return DEPOPS_CHECK(!ok()), std::get<1>(state_); }

  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

 private:
  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)), ok_(false) {}

  bool ok() const noexcept { return ok_; }
  explicit operator bool() const noexcept { return ok(); }
  const Error& error() const { return DEPOPS_CHECK(!ok_), error_; }

 private:
  Error error_;
  bool ok_ = true;
};

}  // namespace depops

#define DEPOPS_JOIN_(a, b) a##b
#define DEPOPS_JOIN(a, b) DEPOPS_JOIN_(a, b)

// DEPOPS_TRY(auto x, f()): x is the value of f(), or the enclosing function returns f()'s error.
#define DEPOPS_TRY(declaration, expression) DEPOPS_TRY_(DEPOPS_JOIN(try_, __LINE__), declaration, expression)
#define DEPOPS_TRY_(holder, declaration, expression) \
  auto holder = (expression);                        \
  if (!holder.ok()) return holder.error();           \
  declaration = std::move(holder).value()

// DEPOPS_TRY_VOID(f()): the enclosing function returns f()'s error, if there is one.
#define DEPOPS_TRY_VOID(expression)              \
  do {                                           \
    auto try_void = (expression);                \
    if (!try_void.ok()) return try_void.error(); \
  } while (false)
