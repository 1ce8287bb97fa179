#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "shared/base/moment.h"
#include "shared/base/names.h"
#include "shared/base/result.h"

// What hub and signer say to each other. Errors as in documents.h.
namespace depops::wire {

inline constexpr std::size_t kSignItemsMax = 256;        // of one request
inline constexpr std::size_t kSignRequestMax = 4 << 20;  // bytes
inline constexpr std::size_t kSignAnswerMax = 4 << 20;

struct ToSign {
  std::string type;  // kBodyType or kDesiredType
  std::string body;
  bool operator==(const ToSign&) const = default;
};

struct SignedWord {
  std::string ed25519;  // 64 bytes; empty: refused
  std::string code;
  std::string reason;
  Millis again_in{0};  // ask again after this; 0: the same bytes will be refused again
  bool operator==(const SignedWord&) const = default;
};

struct SignAnswer {
  KeyId key;
  std::vector<SignedWord> words;  // one for each item, in order
  bool operator==(const SignAnswer&) const = default;
};

std::string encode_sign_request(const std::vector<ToSign>& items);
Result<std::vector<ToSign>> decode_sign_request(std::string_view bytes);
std::string encode_sign_answer(const SignAnswer& answer);
Result<SignAnswer> decode_sign_answer(std::string_view bytes);

}  // namespace depops::wire
