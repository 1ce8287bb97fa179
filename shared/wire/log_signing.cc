#include "shared/wire/log_signing.h"

#include "depops/v1/signer.pb.h"
#include "shared/wire/intake.h"
#include "shared/wire/signer.h"

namespace depops::wire {
namespace {

constexpr std::size_t kSignatureSize = 64;
constexpr std::size_t kCheckpointMax = 1'024;

audit::Hash get_hash(const std::string& bytes, const char* field, Intake& in) {
  const auto hash = audit::hash_of(bytes);
  in.require(hash.ok(), field, "has not 32 bytes");
  return hash.ok() ? *hash : audit::Hash{};
}

}  // namespace

std::string encode_log_ask(const LogAsk& ask) {
  v1::SignRequest message;
  auto* out = message.mutable_checkpoint();
  out->set_text(ask.text);
  out->set_proof_from(ask.from.value());
  for (const audit::Hash& hash : ask.proof) out->add_proof(std::string(audit::bytes_of(hash)));
  return serialized(message);
}

Result<LogAsk> decode_log_ask(std::string_view bytes) {
  v1::SignRequest message;
  if (bytes.size() > kSignRequestMax || !parse(bytes, message)) return malformed("request to sign a checkpoint");
  if (!message.has_checkpoint()) return Error{Errc::unsupported, "a request to sign that asks for no checkpoint"};
  const auto& from = message.checkpoint();
  Intake in;
  LogAsk ask;
  in.require(message.items_size() == 0, "items", "are there beside a checkpoint");
  ask.text = in.needed(from.text(), "text", kCheckpointMax);
  ask.from = audit::TreeSize(in.number(from.proof_from(), "proof_from", audit::kTreeSizeMax));
  in.count(from.proof_size(), "proof", audit::kProofMax);
  for (int i = 0; in.ok() && i < from.proof_size(); ++i) ask.proof.push_back(get_hash(from.proof(i), "proof", in));
  if (!in.ok()) return in.error();
  return ask;
}

std::string encode_log_word(const LogWord& word) {
  v1::SignAnswer message;
  auto* out = message.mutable_checkpoint();
  out->set_ed25519(word.ed25519);
  out->set_log_key(std::string(audit::bytes_of(word.key)));
  out->set_code(word.code);
  out->set_reason(clipped(word.reason));
  out->set_kept_size(word.kept.size.value());
  out->set_kept_root(std::string(audit::bytes_of(word.kept.root)));
  return serialized(message);
}

Result<LogWord> decode_log_word(std::string_view bytes) {
  v1::SignAnswer message;
  if (bytes.size() > kSignAnswerMax || !parse(bytes, message)) return malformed("answer of a signer");
  if (!message.has_checkpoint())
    return Error{Errc::unsupported, "the signer knows no checkpoints of the audit log; run one of this version"};
  const auto& from = message.checkpoint();
  Intake in;
  LogWord word;
  const bool refused = from.ed25519().empty();
  in.require(refused || from.ed25519().size() == kSignatureSize, "ed25519", "has not 64 bytes");
  in.require(refused != from.code().empty(), "checkpoint", "is neither a signature nor a refusal");
  word.key = get_hash(from.log_key(), "log_key", in);
  word.code = in.text(from.code(), "code", kIdMax);
  word.reason = in.text(from.reason(), "reason");
  word.kept.size = audit::TreeSize(in.number(from.kept_size(), "kept_size", audit::kTreeSizeMax));
  word.kept.root = get_hash(from.kept_root(), "kept_root", in);
  if (!in.ok()) return in.error();
  word.ed25519 = from.ed25519();
  return word;
}

}  // namespace depops::wire
