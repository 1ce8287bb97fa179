#pragma once

#include <utility>
#include <variant>

#include "agent/kubernetes/api/failure.h"
#include "shared/base/check.h"

namespace depops::agent::kubernetes {

// What a request came to: a value, or a Failure that says which reactions make sense.
template <typename T>
class [[nodiscard]] Outcome {
 public:
  Outcome(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Outcome(Failure failure) : state_(std::in_place_index<1>, std::move(failure)) {}

  bool ok() const noexcept { return state_.index() == 0; }
  T& operator*() { return DEPOPS_CHECK(ok()), std::get<0>(state_); }
  const T& operator*() const { return DEPOPS_CHECK(ok()), std::get<0>(state_); }
  T* operator->() { return &**this; }
  const T* operator->() const { return &**this; }
  const Failure& failure() const { return DEPOPS_CHECK(!ok()), std::get<1>(state_); }

 private:
  std::variant<T, Failure> state_;
};

}  // namespace depops::agent::kubernetes
