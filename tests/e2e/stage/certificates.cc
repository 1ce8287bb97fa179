#include "tests/e2e/stage/certificates.h"

#include <filesystem>
#include <utility>

#include "tests/e2e/stage/program.h"

namespace depops::stage {

Certificates::Certificates(std::string folder) : folder_(std::move(folder)) {
  std::filesystem::create_directories(folder_);
  std::filesystem::permissions(folder_, std::filesystem::perms::owner_all);
  for (const char* name : {"sites", "infra"}) make_authority(name);
  for (const char* name : {"hub", "broker"}) issue("infra", name);
}

void Certificates::openssl(std::vector<std::string> words) const {
  words.insert(words.begin(), "openssl");
  const std::string what = words[1] + " " + words[2];
  if (run({std::move(words), folder_, file("openssl.log"), {}, {}}).status != 0) {
    throw Trouble("openssl " + what + " refused: " + read_file(file("openssl.log")));
  }
}

void Certificates::make_authority(const std::string& name) {
  openssl({"req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj",
           "/CN=" + name + " authority", "-keyout", file(name + "-ca.key"), "-out", file(name + "-ca.pem")});
}

void Certificates::issue(const std::string& authority, const std::string& name) {
  const std::lock_guard guard(mutex_);  // an authority's serial numbers are one file
  write_file(file("names.ext"), "subjectAltName=IP:127.0.0.1,DNS:localhost\n");
  openssl({"req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=" + name,
           "-keyout", file(name + ".key"), "-out", file(name + ".csr")});
  openssl({"x509", "-req", "-in", file(name + ".csr"), "-CA", file(authority + "-ca.pem"), "-CAkey",
           file(authority + "-ca.key"), "-CAcreateserial", "-days", "2", "-extfile", file("names.ext"), "-out",
           file(name + ".pem")});
}

}  // namespace depops::stage
