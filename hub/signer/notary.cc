#include "hub/signer/notary.h"

#include <algorithm>
#include <utility>

#include "shared/evidence/evidence.h"
#include "shared/wire/body.h"
#include "shared/wire/documents.h"
#include "shared/wire/seal.h"
#include "shared/wire/trust.h"

namespace depops::hub::signer {
namespace {

constexpr Millis kCountsEvery{60'000};
constexpr Millis kAgainSoon{1'000};

wire::SignedWord refuse(std::string code, std::string reason, Millis again_in = Millis(0)) {
  return {"", std::move(code), std::move(reason), again_in};
}

// All that would run of it, whatever the steps that lead there.
Digest version_of(const rollout::Plan& plan) {
  rollout::Plan bare;
  bare.target = plan.target;
  return signing::digest_of(wire::encode_plan(bare));
}

guard::Part part_of(const sync::Target& target) {
  return {target.rollout, target.epoch, version_of(target.plan), target.plan.kind == rollout::ReleaseKind::rollback};
}

json::Value targets_of(const guard::Asked& asked) {
  json::Value list = json::Value::array();
  for (std::size_t i = 0; i < asked.parts.size(); ++i) {
    const trust::Subject& subject = asked.evidence.presented.wishes[i].subject;
    json::Value row;
    row.add("service", subject.service.str()).add("version", subject.version.str());
    row.add("environment", subject.environment.str()).add("rollout", asked.parts[i].rollout.str());
    row.add("plan", subject.plan.str());
    list.push(std::move(row));
  }
  return list;
}

void describe(const guard::Asked& asked, json::Value& line) {
  const trust::Presented& it = asked.evidence.presented;
  line.add("site", it.site.str()).add("siteEpoch", it.site_epoch.value()).add("hubEpoch", it.hub_epoch.value());
  line.add("generation", it.generation.value()).add("document", it.digest.str()).add("targets", targets_of(asked));
}

json::Value signed_line(const guard::Asked& asked, const guard::Signable& signable) {
  json::Value line;
  line.add("signed", "desired");
  describe(asked, line);
  if (signable.again) line.add("again", true);
  for (const trust::Statement& emergency : signable.emergencies)
    line.add("breakGlass", emergency.person.str() + ": " + emergency.reason);
  return line;
}

}  // namespace

struct Notary::Document {
  guard::Asked asked;
  std::string signature;
  std::size_t place = 0;  // in the answer
  guard::Signable signable{};
};

Notary::Notary(NotaryParts parts, guard::Ledger ledger)
    : parts_(std::move(parts)), ledger_(std::move(ledger)), rate_(parts_.documents_per_minute) {}

Notary::~Notary() { tell_counts(true); }

Result<std::unique_ptr<Notary>> Notary::open(NotaryParts parts, const std::vector<std::string>& roots) {
  DEPOPS_TRY(guard::Ledger ledger, parts.file->load());
  DEPOPS_TRY(const Digest pinned, parts.file->pinned());
  if (roots.empty() && !pinned.empty())
    return Error{Errc::refused, "trust root " + pinned.str() +
                                    " is pinned here and the settings name none; add it: trust: {roots: [FILE]}"};
  std::unique_ptr<Notary> notary(new Notary(std::move(parts), std::move(ledger)));
  for (const std::string& root : roots) DEPOPS_TRY_VOID(notary->believe(root));
  return notary;
}

// The first one as whoever wrote the settings says it is; newer ones by the rules.
Result<void> Notary::believe(const std::string& bytes) {
  DEPOPS_TRY(trust::SignedRoot root, wire::read_trust_root(bytes));
  DEPOPS_TRY(const Digest pinned, parts_.file->pinned());
  if (pinned.empty() || pinned == root.digest) {
    if (const auto why = trust::objection_to_first(root, root.digest, wire::holds))
      return Error{Errc::refused, std::string(trust::name_of(why->code)) + ": " + why->reason};
    DEPOPS_TRY_VOID(parts_.file->pin(root));
    if (!ledger_.root) ledger_.root = std::move(root);
    return {};
  }
  if (!ledger_.root) return Error{Errc::corrupt, "a trust root is pinned and can not be read"};
  if (root.root.version < ledger_.root->root.version) return {};
  if (const auto why = trust::objection_to_next(*ledger_.root, root, wire::holds))
    return Error{Errc::refused, std::string(trust::name_of(why->code)) + ": " + why->reason};
  if (root.digest == ledger_.root->digest) return {};
  DEPOPS_TRY_VOID(parts_.file->add(root));
  ledger_.root = std::move(root);
  return {};
}

std::string Notary::answer(const std::string& request) {
  const auto items = wire::decode_sign_request(request);
  const auto log = items.ok() && items->empty() ? wire::decode_log_ask(request) : Error{Errc::unsupported, ""};
  if (log.ok()) return wire::encode_log_word(sign_log(*log));
  if (items.ok()) return wire::encode_sign_answer(sign(*items));
  const std::lock_guard lock(mutex_);
  (void)parts_.log
      ->add(parts_.clock.now().wall, json::Value::object().add("refused", "request").add("code", "malformed"))
      .ok();
  return wire::encode_sign_answer({parts_.key.id(), {refuse("malformed", items.error().what)}});
}

wire::SignAnswer Notary::sign(const std::vector<wire::ToSign>& items) {
  const std::lock_guard lock(mutex_);
  wire::SignAnswer answer{parts_.key.id(), {}};
  std::vector<Document> allowed;
  if (unsure_) look_again();
  for (const wire::ToSign& item : items) {
    if (item.type == wire::kBodyType) {
      answer.words.push_back(frame(item));
    } else {
      answer.words.push_back(document(item, answer.words.size(), allowed));
    }
  }
  let_out(std::move(allowed), answer.words);
  tell_counts(false);
  return answer;
}

// Refusals are logged, checkpoints are counted: there is one a second while the log grows.
wire::LogWord Notary::sign_log(const wire::LogAsk& ask) {
  const std::lock_guard lock(mutex_);
  wire::LogWord word;
  if (parts_.audit_log == nullptr) {
    word.code = "origin";
    word.reason = "this signer has no key for an audit log";
    return word;
  }
  word = parts_.audit_log->sign(ask);
  if (word.code.empty()) ++checkpoints_;
  if (!word.code.empty() && word.code != audit::name_of(audit::Growth::stale)) {
    json::Value line;
    line.add("refused", "checkpoint").add("code", word.code).add("reason", word.reason).add("text", ask.text);
    (void)parts_.log->add(parts_.clock.now().wall, line).ok();
  }
  tell_counts(false);
  return word;
}

wire::SignedWord Notary::frame(const wire::ToSign& item) {
  wire::SignedWord word;
  const auto body = wire::decode_body(item.body);
  if (!body.ok()) {
    word = refuse("malformed", body.error().what);
  } else if (body->source != wire::hub_address(parts_.hub_id)) {
    word =
        refuse("source", "a frame from " + body->source + "; this key speaks for " + wire::hub_address(parts_.hub_id));
  } else if (body->hub_epoch.value() > ledger_.hub_epoch.value() + guard::kEpochJumpMax) {
    word =
        refuse(trust::name_of(trust::Refusal::fast_forward), "a hub epoch so far ahead that nothing could follow it");
  }
  if (!word.code.empty()) return log_refusal(item, nullptr, word), word;
  word.ed25519 = parts_.key.sign(item.type, item.body);
  ++frames_;
  return word;
}

// With the release key's own signature, which stays in here until the guard has agreed.
Result<Notary::Document> Notary::read(const wire::ToSign& item) const {
  DEPOPS_TRY(const sync::Desired desired, wire::decode_desired(item.body));
  Document read;
  read.signature = parts_.key.sign(item.type, item.body);
  DEPOPS_TRY(
      read.asked.evidence,
      evidence::read({std::string(wire::kDesiredType), item.body, {{parts_.key.id(), read.signature}}}, desired));
  for (const sync::Target& target : desired.targets) read.asked.parts.push_back(part_of(target));
  return read;
}

wire::SignedWord Notary::document(const wire::ToSign& item, std::size_t place, std::vector<Document>& allowed) {
  const auto refused = [&](const Document* read, wire::SignedWord word) {
    log_refusal(item, read, word);
    return word;
  };
  if (item.type != wire::kDesiredType)
    return refused(nullptr, refuse("type", "bytes of type " + item.type + "; frames and desired states are signed"));
  if (unsure_) return refuse("ledger", "the ledger can not be read; see to the disk of the signer", kAgainSoon);
  auto read = this->read(item);
  if (!read.ok()) return refused(nullptr, refuse("malformed", read.error().what));
  const Moment now = parts_.clock.now();
  auto verdict = guard::judge(ledger_, read->asked, now.wall, wire::holds);
  if (const auto* why = std::get_if<trust::Refused>(&verdict))
    return refused(&*read, refuse(trust::name_of(why->code), why->reason));
  read->signable = std::move(std::get<guard::Signable>(verdict));
  if (!read->signable.again) {
    if (const auto wait = rate_.take(now.boottime)) {
      ++delayed_;
      return refuse("rate", "more than " + std::to_string(parts_.documents_per_minute) + " new documents a minute",
                    std::max(*wait, kAgainSoon));
    }
  }
  guard::enter(ledger_, read->signable);
  read->place = place;
  allowed.push_back(std::move(*read));
  return {};
}

// Into the ledger, into the log, and out.
void Notary::let_out(std::vector<Document> allowed, std::vector<wire::SignedWord>& words) {
  std::vector<guard::Signable> fresh;
  for (const Document& document : allowed)
    if (!document.signable.again) fresh.push_back(document.signable);
  const auto kept = fresh.empty() ? Result<void>() : parts_.file->save(fresh);
  if (!kept.ok()) {
    for (const Document& document : allowed) words[document.place] = refuse("ledger", kept.error().what, kAgainSoon);
    return look_again();
  }
  for (const Document& document : allowed) {
    const auto logged = parts_.log->add(parts_.clock.now().wall, signed_line(document.asked, document.signable));
    words[document.place] =
        logged.ok() ? wire::SignedWord{document.signature, "", ""} : refuse("log", logged.error().what, kAgainSoon);
  }
}

void Notary::log_refusal(const wire::ToSign& item, const Document* document, const wire::SignedWord& word) {
  json::Value line;
  line.add("refused", item.type == wire::kDesiredType ? "desired" : item.type == wire::kBodyType ? "frame" : "other");
  line.add("code", word.code).add("reason", word.reason);
  if (document != nullptr) {
    describe(document->asked, line);
  } else {
    line.add("document", signing::digest_of(item.body).str());
  }
  (void)parts_.log->add(parts_.clock.now().wall, line).ok();
}

Result<std::size_t> Notary::adopt(const std::vector<std::string>& documents) {
  const std::lock_guard lock(mutex_);
  std::vector<guard::Signable> taken;
  for (const std::string& bytes : documents) {
    DEPOPS_TRY(const Document document, read({std::string(wire::kDesiredType), bytes}));
    auto signable = guard::adopt(ledger_, document.asked);
    if (!signable) continue;
    guard::enter(ledger_, *signable);
    json::Value line;
    line.add("adopted", "desired");
    describe(document.asked, line);
    DEPOPS_TRY_VOID(parts_.log->add(parts_.clock.now().wall, line));
    taken.push_back(std::move(*signable));
  }
  DEPOPS_TRY_VOID(parts_.file->save(taken));
  return taken.size();
}

void Notary::look_again() {
  auto kept = parts_.file->load();
  unsure_ = !kept.ok();
  if (kept.ok()) ledger_ = std::move(*kept);
}

void Notary::tell_counts(bool now) {
  if (frames_ == 0 && delayed_ == 0 && checkpoints_ == 0) return;
  const Moment at = parts_.clock.now();
  if (!counted_since_) counted_since_ = at.boottime;
  if (!now && at.boottime - *counted_since_ < kCountsEvery) return;
  json::Value line;
  line.add("signed", "frames").add("count", frames_).add("documentsDelayed", delayed_);
  line.add("checkpoints", checkpoints_);
  if (!parts_.log->add(at.wall, line).ok()) return;
  frames_ = delayed_ = checkpoints_ = 0;
  counted_since_ = at.boottime;
}

}  // namespace depops::hub::signer
