#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

namespace depops::agent::kubernetes {

inline constexpr std::uint32_t kSizeMost = 1'000;  // pods of a service

// One service's number of pods, in its Workload and in its rollout, and which of them changed last. A value; times do
// not matter.
class SizeAgreement {
 public:
  struct Nothing {};
  struct Make {  // the object, with that number
    std::uint32_t size = 0;
  };
  struct Write {  // into the object
    std::uint32_t size = 0;
  };
  struct Ask {  // the rollout for that size; answered by asked()
    std::uint32_t size = 0;
  };
  using Step = std::variant<Nothing, Make, Write, Ask>;

  // `number`: of the object, as it is now and not older than our own writes; nothing: there is no object. One without a
  // number counts as one that agrees. `size`: of the rollout; nothing: it has none yet. `again`: what was refused is
  // asked for once more.
  Step next(const std::optional<std::optional<std::uint32_t>>& number, std::optional<std::uint32_t> size, bool again);

  void made(std::uint32_t size) { agreed_ = size; }
  void wrote(std::uint32_t size) { agreed_ = size; }
  // The rollout took the wish, or refused it and said why.
  void asked(bool taken, std::string why);

  // Why the number in the object does not count; empty: it does.
  const std::string& refused() const { return refused_; }

 private:
  std::optional<std::uint32_t> agreed_;      // the number of the object that was dealt with
  std::optional<std::uint32_t> taken_from_;  // the size when the rollout took a wish that it has not come to yet
  std::uint32_t asked_from_ = 0;
  std::string refused_;
};

}  // namespace depops::agent::kubernetes
