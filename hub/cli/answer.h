#pragma once

#include <string>
#include <utility>
#include <variant>

#include "shared/base/check.h"

namespace depops::hub::cli {

// Exit status of the process: a script can tell what to do next without reading text.
enum class Exit {
  done = 0,
  error = 1,
  usage = 2,
  rollout_failed = 3,  // the rollout failed or was rolled back
  forbidden = 4,       // sign in, or not allowed
  not_found = 5,
  blocked = 6,      // not now; the text says until when and who may lift it
  timeout = 7,      // --timeout passed, the work goes on
  unreachable = 8,  // the hub does not answer
  differences = 10,
  interrupted = 130,  // Ctrl-C ended the watching, not the rollout
};

// Why a command did not do what it was asked, for standard error; may have several lines.
struct Trouble {
  Exit exit = Exit::error;
  std::string text;
};

template <typename T>
class [[nodiscard]] Answer {
 public:
  Answer(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Answer(Trouble trouble) : state_(std::in_place_index<1>, std::move(trouble)) {}

  bool ok() const noexcept { return state_.index() == 0; }
  const T& operator*() const { return DEPOPS_CHECK(ok()), std::get<0>(state_); }
  const T* operator->() const { return &**this; }
  T take() { return DEPOPS_CHECK(ok()), std::move(std::get<0>(state_)); }
  const Trouble& trouble() const { return DEPOPS_CHECK(!ok()), std::get<1>(state_); }

 private:
  std::variant<T, Trouble> state_;
};

}  // namespace depops::hub::cli
