#include "tests/contract/kubernetes_router/definitions.h"

namespace depops::test {
namespace {

const std::string kAnything = R"({"type":"object","x-kubernetes-preserve-unknown-fields":true})";

std::string definition(const std::string& group, const std::string& kind, const std::string& plural,
                       const std::string& version, const std::string& spec) {
  return R"({"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition","metadata":{"name":")" + plural +
         "." + group + R"(","annotations":{"api-approved.kubernetes.io":"unapproved, for tests"}},"spec":{"group":")" +
         group + R"(","scope":"Namespaced","names":{"plural":")" + plural + R"(","kind":")" + kind +
         R"("},"versions":[{"name":")" + version + R"(","served":true,"storage":true,"subresources":{"status":{}},)" +
         R"("schema":{"openAPIV3Schema":{"type":"object","properties":{"spec":)" + spec + R"(,"status":)" + kAnything +
         "}}}}]}}";
}

}  // namespace

std::string gateway_definition(const std::string& kind, const std::string& plural) {
  const bool http = kind == "HTTPRoute";
  const std::string path =
      R"("path":{"type":"object","default":{"type":"PathPrefix","value":"/"},"properties":{)"
      R"("type":{"type":"string","default":"PathPrefix"},"value":{"type":"string","default":"/"}}},)";
  const std::string matches =
      R"("matches":{"type":"array",)" +
      std::string(http ? R"("default":[{"path":{"type":"PathPrefix","value":"/"}}],)" : "") +
      R"("items":{"type":"object","x-kubernetes-preserve-unknown-fields":true,"properties":{)" + (http ? path : "") +
      R"("headers":{"type":"array","items":{"type":"object","properties":{"type":{"type":"string","default":"Exact"},)"
      R"("name":{"type":"string"},"value":{"type":"string"}}}}}}})";
  const std::string refs =
      R"("backendRefs":{"type":"array","items":{"type":"object","x-kubernetes-preserve-unknown-fields":true,)"
      R"("properties":{"group":{"type":"string"},"kind":{"type":"string","default":"Service"},)"
      R"("name":{"type":"string"},"port":{"type":"integer"},"weight":{"type":"integer","default":1,"minimum":0}}}})";
  const std::string rules = R"("rules":{"type":"array","maxItems":16,"items":{"type":"object","properties":{)"
                            R"("name":{"type":"string"},"filters":{"type":"array","items":)" +
                            kAnything + "}," + matches + "," + refs + "}}}";
  const std::string spec = R"({"type":"object","properties":{"parentRefs":{"type":"array","items":)" +
                           std::string(kAnything) + R"(},"hostnames":{"type":"array","items":{"type":"string"}},)" +
                           rules + "}}";
  return definition("gateway.networking.k8s.io", kind, plural, "v1", spec);
}

std::string plain_definition(const std::string& group, const std::string& kind, const std::string& plural,
                             const std::string& version) {
  return definition(group, kind, plural, version, kAnything);
}

}  // namespace depops::test
