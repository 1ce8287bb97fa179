#include "shared/wire/signer.h"

#include "hub/guard/judge.h"
#include "shared/evidence/evidence.h"
#include "shared/wire/documents.h"
#include "shared/wire/seal.h"
#include "tests/fuzz/people.h"
#include "tests/fuzz/target.h"

// What a hub that was broken into may send to the signer: requests and the documents in them.
namespace depops::fuzz {
namespace {

constexpr Instant kNow(Millis(1'700'300'000'000));

hub::guard::Ledger ledger() {
  hub::guard::Ledger made;
  trust::SignedRoot root;
  root.root = company(1);
  made.root = root;
  return made;
}

// Nobody approved anything here: only a document that begins nothing may be signed.
void judge_document(const wire::ToSign& item) {
  const auto desired = wire::decode_desired(item.body);
  if (!desired.ok()) return;
  trust::Signed document{item.type, item.body, {}};
  document.signatures = {signature(kHub, document)};
  const auto brought = evidence::read(document, desired.value());
  if (!brought.ok()) return;
  hub::guard::Asked asked{brought.value(), {}};
  for (const sync::Target& target : desired.value().targets)
    asked.parts.push_back({target.rollout, target.epoch, target.plan.target.artifact, false});
  hub::guard::Ledger before = ledger();
  const auto verdict = hub::guard::judge(before, asked, kNow, wire::holds);
  const auto* signable = std::get_if<hub::guard::Signable>(&verdict);
  if (signable == nullptr) return;
  DEPOPS_CHECK(asked.parts.empty() || desired.value().targets[0].approvals.size() >= 2);
  hub::guard::enter(before, *signable);
  const auto again = hub::guard::judge(before, asked, kNow, wire::holds);
  DEPOPS_CHECK(std::get<hub::guard::Signable>(again).again);
}

wire::SignAnswer answer() {
  wire::SignAnswer made{KeyId("0123456789abcdef"), {}};
  made.words.push_back({std::string(64, 's'), "", ""});
  made.words.push_back({"", "rate", "too many", Millis(1'000)});
  return made;
}

}  // namespace

bool judge(std::string_view bytes) {
  const auto said = wire::decode_sign_answer(bytes);
  if (said.ok()) comes_back(said.value(), wire::encode_sign_answer, wire::decode_sign_answer);
  const auto items = wire::decode_sign_request(bytes);
  if (!items.ok()) return said.ok();
  comes_back(items.value(), wire::encode_sign_request, wire::decode_sign_request);
  for (const wire::ToSign& item : items.value()) judge_document(item);
  return true;
}

std::vector<Seed> seeds() {
  std::vector<Seed> all{{"answer", wire::encode_sign_answer(answer())}};
  for (const Seed& desired : files("tests/contract/wire_v1", "desired", ".bin"))
    all.push_back(
        {"request_" + desired.name, wire::encode_sign_request({{std::string(wire::kDesiredType), desired.bytes},
                                                               {std::string(wire::kBodyType), "frame"}})});
  all.push_back({"empty", "", true});
  return all;
}

}  // namespace depops::fuzz
