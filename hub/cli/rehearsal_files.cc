#include "hub/cli/rehearsal_files.h"

#include <array>
#include <cstdio>

#include "hub/cli/text_file.h"
#include "shared/manifest_yaml/parse.h"
#include "shared/signing/signing.h"

namespace depops::hub::cli {

Answer<std::vector<manifest::Document>> read_documents(const std::vector<std::string>& files) {
  std::vector<manifest::Document> documents;
  std::vector<manifest::Diagnostic> wrong;
  for (const std::string& file : files) {
    const auto text = read_text_file(file, manifest_yaml::kTextMax);
    if (!text.ok()) return text.trouble();
    manifest::Parsed parsed = manifest_yaml::parse(*text, file == "-" ? "<standard input>" : file);
    wrong.insert(wrong.end(), parsed.diagnostics.begin(), parsed.diagnostics.end());
    for (manifest::Document& document : parsed.documents) documents.push_back(std::move(document));
  }
  if (!wrong.empty()) return Trouble{Exit::error, manifest::to_string(wrong)};
  return documents;
}

Answer<rehearsal::Script> resolved_script(const std::vector<manifest::Document>& documents,
                                          const std::string& environment, const manifest::Scenario& scenario) {
  auto script = rehearsal::script_of(documents, EnvironmentName(environment), scenario,
                                     [](const std::string& text) { return signing::digest_of(text); });
  if (script.ok()) return std::move(*script);
  return Trouble{script.error().code == Errc::not_found ? Exit::not_found : Exit::error, script.error().what};
}

std::string clock_text(Millis since) {
  const std::chrono::hh_mm_ss clock(since);
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "%ld:%02d:%02d.%d", static_cast<long>(clock.hours().count()),
                static_cast<int>(clock.minutes().count()), static_cast<int>(clock.seconds().count()),
                static_cast<int>(clock.subseconds().count() / 100));
  return text.data();
}

}  // namespace depops::hub::cli
