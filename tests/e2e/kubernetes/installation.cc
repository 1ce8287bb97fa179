#include "tests/e2e/kubernetes/installation.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <utility>

#include "agent/kubernetes/manifests/edit.h"
#include "agent/kubernetes/manifests/read_yaml.h"
#include "tests/e2e/stage/program.h"
#include "tests/support/paths.h"

namespace depops::stage {
namespace {

namespace kube = agent::kubernetes;

std::vector<json::Value> objects_in(const std::string& text, const std::string& file) {
  auto read = kube::read_manifests(text, file);
  if (!read.ok()) throw Trouble(read.error().what);
  std::vector<json::Value> objects;
  for (auto& object : *read) objects.push_back(std::move(object.body));
  return objects;
}

// Of a kustomization.yaml, which has no name of its own as objects have.
json::Value kustomization_in(const std::string& text, const std::string& file) {
  const json::Value read = objects_in(text + "\nmetadata: {name: none}\n", file).at(0);
  constexpr std::array<std::string_view, 6> kKnown{"apiVersion", "kind",      "metadata",
                                                   "namespace",  "resources", "images"};
  for (const auto& [name, value] : read.members()) {
    if (std::ranges::count(kKnown, name) == 0) throw Trouble(file + ": " + name + " is not known to this test");
  }
  return read;
}

json::Value with_images(const json::Value& containers, const json::Value& images) {
  return kube::each(containers, [&](const json::Value& container) {
    for (const json::Value& image : images.items()) {
      if (container["image"] == image["name"])
        return kube::with(container, {"image"}, image["newName"].as_string() + ":" + image["newTag"].as_string());
    }
    return container;
  });
}

json::Value kustomized_object(json::Value object, const json::Value& kustomization) {
  if (!kustomization["namespace"].is_null())
    object = kube::with(object, {"metadata", "namespace"}, kustomization["namespace"]);
  for (const char* list : {"initContainers", "containers"}) {
    const kube::Way way{"spec", "template", "spec", list};
    if (!kube::at(object, way).is_null())
      object = kube::with(object, way, with_images(kube::at(object, way), kustomization["images"]));
  }
  return object;
}

}  // namespace

Installation::Installation(std::string folder) : folder_(std::move(folder)) {
  std::filesystem::copy(test::source_dir() + "/deploy/kubernetes", folder_, std::filesystem::copy_options::recursive);
}

void Installation::edit(const std::string& file, const std::string& was, const std::string& is) {
  std::string text = read_file(folder_ + "/" + file);
  std::size_t at = text.find(was);
  if (at == std::string::npos) throw Trouble("deploy/kubernetes/" + file + " has no \"" + was + "\"");
  for (; at != std::string::npos; at = text.find(was, at + is.size())) text.replace(at, was.size(), is);
  write_file(folder_ + "/" + file, text);
}

std::vector<json::Value> Installation::objects(const std::string& file) const {
  return objects_in(read_file(folder_ + "/" + file), file);
}

std::vector<json::Value> Installation::kustomized(const std::string& part) const {
  const std::string file = part + "/kustomization.yaml";
  const json::Value kustomization = kustomization_in(read_file(folder_ + "/" + file), file);
  std::vector<json::Value> all;
  for (const json::Value& resource : kustomization["resources"].items()) {
    for (json::Value& object : objects(part + "/" + resource.as_string()))
      all.push_back(kustomized_object(std::move(object), kustomization));
  }
  return all;
}

}  // namespace depops::stage
