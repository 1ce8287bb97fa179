#pragma once

#include <initializer_list>
#include <memory>
#include <utility>

namespace depops {

// A large part of a value that is copied often and changed seldom: copies share it, and a change takes a copy of its
// own first. It is never null and compares by content. Thread: as for any value; copies may be read on any thread.
template <typename T>
class Shared {
 public:
  Shared() = default;
  Shared(T value) : value_(std::make_shared<const T>(std::move(value))) {}
  template <typename Item = typename T::value_type>
  Shared(std::initializer_list<Item> items) : Shared(T(items)) {}

  const T& operator*() const noexcept { return value_ ? *value_ : none(); }
  const T* operator->() const noexcept { return &**this; }

  // The value is what `change` makes of it.
  template <typename Change>
  void edit(const Change& change) {
    T next = **this;
    change(next);
    value_ = std::make_shared<const T>(std::move(next));
  }

  friend bool operator==(const Shared& a, const Shared& b) { return a.value_ == b.value_ || *a == *b; }

 private:
  static const T& none() noexcept {
    static const T empty{};
    return empty;
  }

  std::shared_ptr<const T> value_;
};

}  // namespace depops
