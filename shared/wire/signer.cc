#include "shared/wire/signer.h"

#include "depops/v1/signer.pb.h"
#include "shared/wire/intake.h"

namespace depops::wire {
namespace {

constexpr std::size_t kWordSize = 64;  // of an Ed25519 signature
constexpr std::int64_t kAgainMaxMs = 3'600'000;

ToSign get_item(const v1::SignItem& message, Intake& in) {
  ToSign item;
  item.type = in.needed(message.type(), "type");
  in.require(message.body().size() <= kFrameMax, "body", "is of more than 1 MiB");
  if (in.ok()) item.body = message.body();
  return item;
}

SignedWord get_word(const v1::SignResult& message, Intake& in) {
  SignedWord word;
  in.require(message.ed25519().empty() || message.ed25519().size() == kWordSize, "ed25519", "has not 64 bytes");
  in.require(message.ed25519().empty() != message.code().empty(), "result", "is neither a signature nor a refusal");
  word.code = in.text(message.code(), "code", kIdMax);
  word.reason = in.text(message.reason(), "reason");
  in.require(message.again_in_ms() >= 0 && message.again_in_ms() <= kAgainMaxMs, "again_in_ms", "is out of range");
  word.again_in = Millis(message.again_in_ms());
  if (in.ok()) word.ed25519 = message.ed25519();
  return word;
}

}  // namespace

std::string encode_sign_request(const std::vector<ToSign>& items) {
  v1::SignRequest message;
  for (const ToSign& item : items) {
    auto* out = message.add_items();
    out->set_type(item.type);
    out->set_body(item.body);
  }
  return serialized(message);
}

Result<std::vector<ToSign>> decode_sign_request(std::string_view bytes) {
  v1::SignRequest message;
  if (bytes.size() > kSignRequestMax || !parse(bytes, message)) return malformed("request to sign");
  Intake in;
  in.count(message.items_size(), "items", kSignItemsMax);
  std::vector<ToSign> items;
  for (int i = 0; in.ok() && i < message.items_size(); ++i) items.push_back(get_item(message.items(i), in));
  if (!in.ok()) return in.error();
  return items;
}

std::string encode_sign_answer(const SignAnswer& answer) {
  v1::SignAnswer message;
  message.set_key_id(answer.key.str());
  for (const SignedWord& word : answer.words) {
    auto* out = message.add_results();
    out->set_ed25519(word.ed25519);
    out->set_code(word.code);
    out->set_reason(clipped(word.reason));
    out->set_again_in_ms(word.again_in.count());
  }
  return serialized(message);
}

Result<SignAnswer> decode_sign_answer(std::string_view bytes) {
  v1::SignAnswer message;
  if (bytes.size() > kSignAnswerMax || !parse(bytes, message)) return malformed("answer of a signer");
  Intake in;
  SignAnswer answer;
  answer.key = in.id<KeyId>(message.key_id(), "key_id");
  in.count(message.results_size(), "results", kSignItemsMax);
  for (int i = 0; in.ok() && i < message.results_size(); ++i) answer.words.push_back(get_word(message.results(i), in));
  if (!in.ok()) return in.error();
  return answer;
}

}  // namespace depops::wire
