#include "tests/e2e/stage/certificates.h"

#include <filesystem>
#include <map>
#include <utility>

#include "tests/e2e/stage/program.h"

namespace depops::stage {
namespace {

// Of Debian's package libfaketime; the loader puts the machine's library folder in the place of $LIB.
constexpr const char* kFakeTime = "/usr/$LIB/faketime/libfaketime.so.1";

}  // namespace

Certificates::Certificates(std::string folder, unsigned years, std::string address)
    : folder_(std::move(folder)), years_(years), address_(std::move(address)) {
  std::filesystem::create_directories(folder_);
  std::filesystem::permissions(folder_, std::filesystem::perms::owner_all);
  for (const char* name : {"sites", "infra"}) make_authority(name);
  for (const char* name : {"hub", "broker"}) issue("infra", name);
}

void Certificates::openssl(std::vector<std::string> words) const {
  words.insert(words.begin(), "openssl");
  const std::string what = words[1] + " " + words[2];
  std::map<std::string, std::string> variables;
  if (years_ > 0) variables = {{"LD_PRELOAD", kFakeTime}, {"FAKETIME", "@1970-01-02 00:00:00"}, {"TZ", "UTC"}};
  if (run({std::move(words), folder_, file("openssl.log"), variables, {}}).status != 0) {
    throw Trouble("openssl " + what + " refused: " + read_file(file("openssl.log")));
  }
}

std::string Certificates::days() const { return std::to_string(years_ > 0 ? 365 * years_ : 2); }

void Certificates::make_authority(const std::string& name) {
  openssl({"req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", days(), "-subj",
           "/CN=" + name + " authority", "-keyout", file(name + "-ca.key"), "-out", file(name + "-ca.pem")});
}

void Certificates::issue(const std::string& authority, const std::string& name) {
  const std::lock_guard guard(mutex_);  // an authority's serial numbers are one file
  write_file(file("names.ext"), "subjectAltName=IP:127.0.0.1,IP:" + address_ + ",DNS:localhost\n");
  openssl({"req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=" + name,
           "-keyout", file(name + ".key"), "-out", file(name + ".csr")});
  openssl({"x509", "-req", "-in", file(name + ".csr"), "-CA", file(authority + "-ca.pem"), "-CAkey",
           file(authority + "-ca.key"), "-CAcreateserial", "-days", days(), "-extfile", file("names.ext"), "-out",
           file(name + ".pem")});
}

}  // namespace depops::stage
