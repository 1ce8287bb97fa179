#pragma once

#include <string>

#include "shared/audit/checkpoint.h"
#include "shared/audit/proof.h"

// What must hold before a checkpoint is signed: the log that was signed last is the beginning of this one. Whoever
// keeps the last one signs no two logs, whatever becomes of the log's own memory.
namespace depops::audit {

// What is signed last: never to be lowered.
struct Height {
  TreeSize size;
  Hash root{};
  bool operator==(const Height&) const = default;
};

enum class Growth {
  same,          // signed before; again is harmless
  grown,         // may be signed, once it is kept
  smaller,       // than what was signed
  split,         // another root of the size that was signed
  stale,         // the proof begins at another size than the one kept: ask again with a proof from there
  inconsistent,  // the proof does not hold: another log
};
const char* name_of(Growth growth) noexcept;
inline bool may_be_signed(Growth growth) { return growth == Growth::same || growth == Growth::grown; }

// `from` is where the proof begins.
Growth judge_growth(const Height& kept, const Height& asked, TreeSize from, const Proof& proof, const Primitives& with);

}  // namespace depops::audit
