#pragma once

#include <string>

#include "shared/audit/checkpoint.h"
#include "shared/audit/proof.h"

// That a leaf is in a log, in one text that anybody checks with the log's key alone (C2SP tlog-proof, *.tlog-proof).
namespace depops::audit {

struct Receipt {
  LeafIndex index;
  Proof proof;
  std::string extra;       // for whoever made it; is not looked at
  std::string checkpoint;  // a note
  bool operator==(const Receipt&) const = default;
};

std::string text_of(const Receipt& receipt, const Primitives& with);
// Says nothing about the checkpoint. `corrupt`: not a receipt.
Result<Receipt> parse_receipt(std::string_view text, const Primitives& with);

// The checkpoint by which the leaf is in the log of that key. `refused`: it is not.
Result<Checkpoint> verify_receipt(const Receipt& receipt, std::string_view leaf, const NoteKey& key,
                                  const Primitives& with);

}  // namespace depops::audit
