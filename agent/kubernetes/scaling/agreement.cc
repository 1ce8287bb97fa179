#include "agent/kubernetes/scaling/agreement.h"

#include <utility>

namespace depops::agent::kubernetes {

SizeAgreement::Step SizeAgreement::next(const std::optional<std::optional<std::uint32_t>>& number,
                                        std::optional<std::uint32_t> size, bool again) {
  if (!size) return Nothing{};
  if (!number) {
    *this = {};
    return Make{*size};
  }
  const std::uint32_t there = number->value_or(*size);
  if (taken_from_ && *taken_from_ != *size) taken_from_.reset();
  if (there != agreed_) {
    agreed_ = there;
    refused_.clear();
    taken_from_.reset();
    if (there == *size) return Nothing{};
    asked_from_ = *size;
    return Ask{there};
  }
  if (there == *size) {
    refused_.clear();
    return Nothing{};
  }
  if (taken_from_) return Nothing{};
  if (!refused_.empty()) {
    if (!again) return Nothing{};
    asked_from_ = *size;
    return Ask{there};
  }
  return Write{*size};
}

void SizeAgreement::asked(bool taken, std::string why) {
  refused_.clear();
  if (taken) {
    taken_from_ = asked_from_;
  } else {
    refused_ = why.empty() ? "refused" : std::move(why);
  }
}

}  // namespace depops::agent::kubernetes
