#pragma once

#include <string>
#include <string_view>

#include "shared/base/result.h"
#include "shared/signing/signing.h"
#include "shared/trust/approval.h"

// Approvals as in-toto Statement v1 in a DSSE envelope, both JSON: what other tools can read and check without us.
// Nothing is verified here; shared/trust counts. Thread: any.
namespace depops::statement {

inline constexpr std::size_t kEnvelopeMax = 16 * 1024;

// The statement's text, in one way only.
std::string encode(const trust::Statement& statement);
Result<trust::Statement> decode(std::string_view text);

// A statement that its person signs: the whole file.
std::string sign(const trust::Statement& statement, const signing::SecretKey& key);

// The file as it came. One that can not be read is an approval with a flaw and no statement.
trust::Approval read(std::string_view envelope);

}  // namespace depops::statement
