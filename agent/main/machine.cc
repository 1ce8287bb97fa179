#include "agent/main/machine.h"

#include <fstream>

#include "shared/signing/signing.h"

namespace depops::agent {
namespace {

constexpr std::size_t kIdMax = 256;

// machine-id(5) is not to leave the machine as it is: only a digest that serves this purpose alone.
std::string fingerprint_of(const std::string& path) {
  std::ifstream file(path);
  std::string id;
  if (!std::getline(file, id) || id.empty() || id.size() > kIdMax) return "";
  return signing::digest_of("depops journal " + id).str().substr(std::string("sha256:").size());
}

}  // namespace

Result<void> claim_journal(SqliteJournal& journal, const settings::Settings& settings) {
  const std::string machine = fingerprint_of(settings.machine_id);
  if (machine.empty()) return {};
  const auto claimed = journal.claim(machine);
  if (claimed.ok() || claimed.error().code != Errc::conflict) return claimed;
  return Error{Errc::conflict,
               claimed.error().what +
                   ": the directory was copied, or the host was replaced. Nothing is done with it here. "
                   "If the other host is gone: depops site reenroll " +
                   settings.site.str() +
                   ", then join into a new directory. If it is there: remove "
                   "this copy"};
}

}  // namespace depops::agent
