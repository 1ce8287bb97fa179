#pragma once

#include <vector>

#include "shared/audit/merkle.h"

// That a leaf is in a tree, and that a tree is another one with leaves added. The errors say `refused` and why.
namespace depops::audit {

using Proof = std::vector<Hash>;
inline constexpr std::size_t kProofMax = 2 * 63 + 1;  // hashes

Result<void> verify_inclusion(const Hash& leaf, LeafIndex index, TreeSize size, const Proof& proof, const Hash& root,
                              const Primitives& with);

// From the empty tree every tree grows, with an empty proof: the rule of C2SP tlog-witness.
Result<void> verify_consistency(TreeSize older, TreeSize newer, const Proof& proof, const Hash& older_root,
                                const Hash& newer_root, const Primitives& with);

}  // namespace depops::audit
