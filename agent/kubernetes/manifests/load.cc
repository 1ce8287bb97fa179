#include "agent/kubernetes/manifests/load.h"

#include <algorithm>
#include <filesystem>
#include <iterator>

#include "agent/kubernetes/access/small_file.h"

namespace depops::agent::kubernetes {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kTextsMax = 4 << 20;  // bytes of all files of a version
constexpr std::size_t kEntriesMax = 1'000;  // of a folder

bool is_manifest(const fs::path& path) {
  return path.extension() == ".yaml" || path.extension() == ".yml" || path.extension() == ".json";
}

// The files that `name` stands for, within `root`.
Result<std::vector<fs::path>> files_of(const fs::path& root, const std::string& name) {
  std::error_code failure;
  const fs::path path = fs::canonical(root / name, failure);
  if (failure)
    return Error{Errc::not_found,
                 "the artifact holds no " + name + ", which the pipeline names; pack it, or name another"};
  const auto [end, rest] = std::mismatch(root.begin(), root.end(), path.begin(), path.end());
  if (end != root.end()) return Error{Errc::refused, name + " leads out of the artifact; put the file itself into it"};
  if (!fs::is_directory(path, failure)) return std::vector<fs::path>{path};
  std::vector<fs::path> files;
  std::size_t entries = 0;
  for (const auto& entry : fs::directory_iterator(path, failure)) {
    if (++entries > kEntriesMax) return Error{Errc::exhausted, name + ": more than 1000 files; name those that count"};
    if (is_manifest(entry.path()) && entry.is_regular_file(failure) && !entry.is_symlink(failure))
      files.push_back(entry.path());
  }
  std::ranges::sort(files);
  if (files.empty())
    return Error{Errc::not_found, "the artifact's folder " + name + " holds no file *.yaml, *.yml or *.json"};
  return files;
}

}  // namespace

Result<std::vector<ManifestObject>> load_manifests(const std::string& artifacts_dir,
                                                   const rollout::VersionSnapshot& snapshot) {
  const std::string digest = snapshot.artifact.str();
  std::error_code failure;
  const fs::path root = fs::canonical(artifacts_dir + "/" + digest.substr(digest.find(':') + 1), failure);
  if (failure) return Error{Errc::not_found, "the artifact is not at this site yet"};
  std::vector<ManifestObject> objects;
  std::size_t bytes = 0;
  for (const std::string& name : snapshot.manifests ? snapshot.manifests->files : std::vector<std::string>()) {
    DEPOPS_TRY(const std::vector<fs::path> files, files_of(root, name));
    for (const fs::path& file : files) {
      DEPOPS_TRY(const std::string text, read_small_file(file));
      bytes += text.size();
      if (bytes > kTextsMax) return Error{Errc::exhausted, "the manifests are larger than 4 MiB; leave some out"};
      DEPOPS_TRY(std::vector<ManifestObject> read, read_manifests(text, file.lexically_relative(root)));
      std::move(read.begin(), read.end(), std::back_inserter(objects));
      if (objects.size() > kManifestObjectsMax)
        return Error{Errc::exhausted, "the manifests hold more than 200 objects; a version has fewer"};
    }
  }
  return objects;
}

}  // namespace depops::agent::kubernetes
