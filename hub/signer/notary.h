#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "hub/guard/rate.h"
#include "hub/signer/ledger_file.h"
#include "hub/signer/log_notary.h"
#include "hub/signer/signature_log.h"
#include "shared/ports/clock.h"
#include "shared/signing/signing.h"
#include "shared/wire/signer.h"

namespace depops::hub::signer {

inline constexpr std::uint32_t kDocumentsPerMinute = 6'000;
inline constexpr std::uint32_t kDocumentsPerMinuteMax = 600'000;

struct NotaryParts {
  signing::SecretKey key;
  std::string hub_id;  // frames of another hub are not signed
  std::unique_ptr<LedgerFile> file;
  std::unique_ptr<SignatureLog> log;
  const ports::Clock& clock;
  std::uint32_t documents_per_minute = kDocumentsPerMinute;  // new ones; the same bytes again are not counted
  std::unique_ptr<LogNotary> audit_log{};                    // null: checkpoints are refused
};

// Holds the release key and signs with it what hub/guard allows: parses the exact bytes, keeps the ledger, writes the
// log, and only then gives a signature out. Frames, and documents that must wait for the next minute, are counted in
// the log, once a minute. Thread: any.
class Notary {
 public:
  // `roots`: trust roots as frames, oldest first; the first one is pinned. None: nobody is asked for approvals.
  static Result<std::unique_ptr<Notary>> open(NotaryParts parts, const std::vector<std::string>& roots);
  ~Notary();

  // A request and its answer, as bytes.
  std::string answer(const std::string& request);
  wire::LogWord sign_log(const wire::LogAsk& ask);
  wire::SignAnswer sign(const std::vector<wire::ToSign>& items);

  // Desired states that a hub signed with this key before: allowed from now on, for sites that are not in the ledger
  // yet. How many.
  Result<std::size_t> adopt(const std::vector<std::string>& documents);

  bool asks_people() const { return ledger_.root.has_value(); }

 private:
  struct Document;  // one that is about to be signed
  Notary(NotaryParts parts, guard::Ledger ledger);

  wire::SignedWord frame(const wire::ToSign& item);
  wire::SignedWord document(const wire::ToSign& item, std::size_t place, std::vector<Document>& allowed);
  Result<Document> read(const wire::ToSign& item) const;
  void let_out(std::vector<Document> allowed, std::vector<wire::SignedWord>& words);
  Result<void> believe(const std::string& root);
  void log_refusal(const wire::ToSign& item, const Document* document, const wire::SignedWord& word);
  void tell_counts(bool now);
  void look_again();

  NotaryParts parts_;
  guard::Ledger ledger_;
  guard::Rate rate_;
  bool unsure_ = false;        // the ledger could not be kept nor read again: what is in memory may be too much
  std::uint64_t frames_ = 0;   // signed and not yet in the log
  std::uint64_t delayed_ = 0;  // the same of documents that must wait
  std::uint64_t checkpoints_ = 0;
  std::optional<Millis> counted_since_;
  std::mutex mutex_;
};

}  // namespace depops::hub::signer
