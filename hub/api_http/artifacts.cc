#include "hub/api_http/handlers.h"
#include "hub/api_http/problem.h"
#include "hub/api_http/text.h"

namespace depops::hub::api_http {
namespace {

Response offsets(Response response, const BlobFacts& facts) {
  response.with("Upload-Offset", std::to_string(facts.received));
  return response.with("Upload-Complete", facts.complete ? "?1" : "?0");
}

json::Value artifact_view(const Digest& digest, const BlobFacts& facts) {
  json::Value out;
  return out.add("digest", digest.str()).add("received", facts.received).add("complete", facts.complete);
}

struct Span {
  std::uint64_t first = 0;
  std::uint64_t last = 0;
};

// "0-99" with both ends.
std::optional<Span> span_of(const std::string& text) {
  const auto dash = text.find('-');
  if (dash == std::string::npos) return {};
  const auto first = number_of(text.substr(0, dash));
  const auto last = number_of(text.substr(dash + 1));
  if (!first || !last || *last < *first) return {};
  return Span{*first, *last};
}

// What of the file to send. `invalid` stands for a range that can not be satisfied.
Result<FilePart> part_of(const std::string& range, FilePart whole) {
  if (range.empty()) return whole;
  const Error refused{Errc::invalid, "Range must be one range like bytes=0-99 or bytes=100- within " +
                                         std::to_string(whole.size) + " bytes"};
  if (range.substr(0, 6) != "bytes=") return refused;
  std::string text = range.substr(6);
  if (!text.empty() && text.back() == '-' && whole.size > 0) text += std::to_string(whole.size - 1);
  const auto span = span_of(text);
  if (!span || span->first >= whole.size) return refused;
  whole.first = span->first;
  whole.size = std::min(span->last, whole.size - 1) - span->first + 1;
  return whole;
}

// The piece that the headers announce.
Result<BlobPiece> piece_of(const Request& request, const Digest& digest) {
  if (!request.content_length)
    return Error{Errc::invalid, "an upload needs Content-Length; chunked bodies are not taken here"};
  BlobPiece out{digest, 0, *request.content_length, *request.content_length};
  const std::string& header = request.header("content-range");
  if (header.empty()) return out;
  const auto slash = header.find('/');
  const Error wrong{Errc::invalid, "Content-Range must be 'bytes FIRST-LAST/TOTAL' and fit Content-Length"};
  if (header.substr(0, 6) != "bytes " || slash == std::string::npos) return wrong;
  const auto span = span_of(header.substr(6, slash - 6));
  const auto total = number_of(header.substr(slash + 1));
  if (!span || !total || span->last >= *total || span->last - span->first + 1 != out.size) return wrong;
  out.first = span->first;
  out.total = *total;
  return out;
}

Response upload_problem(const Error& error, const BlobFacts& facts) {
  switch (error.code) {
    case Errc::conflict:
      return problem(409, "offset-mismatch", error.what).with("Upload-Offset", std::to_string(facts.received));
    case Errc::corrupt:
      return problem(422, "digest-mismatch", error.what);
    case Errc::exhausted:
      return problem(413, "too-large", error.what);
    case Errc::unavailable:
    case Errc::invalid:
    case Errc::not_found:
    case Errc::exists:
    case Errc::refused:
    case Errc::unsupported:
    case Errc::internal:
      break;
  }
  return problem_of(error);
}

Response wrong_digest() {
  return problem(400, "invalid", "in the path, the digest must be sha256: and 64 lower-case hex digits");
}

}  // namespace

Response stat_artifact(const Request& request, const Backend& backend) {
  const Digest digest(request.argument(0));
  if (!is_digest(digest.str())) return wrong_digest();
  const BlobFacts facts = backend.blobs.facts(digest);
  Response out;
  out.type = "application/octet-stream";
  if (!facts.complete && facts.received == 0) {
    out.status = 404;
    return out;
  }
  out.status = facts.complete ? 200 : 204;
  if (facts.complete) out.length = facts.received;
  return offsets(out, facts);
}

Response get_artifact(const Request& request, const Backend& backend) {
  const Digest digest(request.argument(0));
  if (!is_digest(digest.str())) return wrong_digest();
  const auto path = backend.blobs.path_of(digest);
  if (!path) return problem_of(path.error());
  const std::uint64_t total = backend.blobs.facts(digest).received;
  const auto part = part_of(request.header("range"), {path.value(), 0, total});
  if (!part)
    return problem(416, "invalid", part.error().what).with("Content-Range", "bytes */" + std::to_string(total));
  Response out;
  out.type = "application/octet-stream";
  out.file = part.value();
  out.with("Accept-Ranges", "bytes").with("Cache-Control", "private, max-age=31536000, immutable");
  if (request.header("range").empty()) return out;
  out.status = 206;
  const std::uint64_t last = out.file->first + out.file->size - 1;
  return out.with("Content-Range", "bytes " + std::to_string(out.file->first) + "-" + std::to_string(last) + "/" +
                                       std::to_string(total));
}

Response put_artifact(const Request& request, const Backend& backend) {
  const Digest digest(request.argument(0));
  if (!is_digest(digest.str())) return wrong_digest();
  const auto piece = piece_of(request, digest);
  if (!piece) return problem_of(piece.error());
  const bool was_here = backend.blobs.facts(digest).complete;
  const auto facts = backend.blobs.write(piece.value(), request.upload);
  if (!facts) return upload_problem(facts.error(), backend.blobs.facts(digest));
  if (facts.value().complete) {
    const auto answer = give(request, backend, ArtifactStored{digest, facts.value().received});
    if (!answer) return problem_of(answer.error());
    if (!answer.value().ok) return problem_of(answer.value());
  }
  const int status = was_here ? 200 : facts.value().complete ? 201 : 202;
  return offsets(json_response(status, artifact_view(digest, facts.value())), facts.value());
}

}  // namespace depops::hub::api_http
