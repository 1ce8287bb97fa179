#include "hub/api_http/handlers.h"
#include "hub/api_http/problem.h"
#include "hub/api_http/text.h"
#include "hub/ports/log_records.h"
#include "shared/audit/export.h"
#include "shared/audit/receipt.h"
#include "shared/signing/log_primitives.h"

// The audit log as others check it: what was signed, proofs, and the files of C2SP tlog-tiles.
namespace depops::hub::api_http {
namespace {

Response bytes_response(std::string type, std::string bytes) {
  Response out;
  out.type = std::move(type);
  out.body = std::move(bytes);
  return out;
}

Result<LogHead> signed_log(const Backend& backend) {
  if (backend.log == nullptr) return Error{Errc::not_found, "this hub keeps no log that is signed"};
  DEPOPS_TRY(std::optional<LogHead> head, backend.log->log_head());
  if (!head) return Error{Errc::not_found, "the audit log was not signed yet; it is a second after its first entry"};
  return std::move(*head);
}

Result<std::string> receipt_of(const Backend& backend, std::uint64_t entry) {
  DEPOPS_TRY(LogHead head, signed_log(backend));
  if (entry == 0 || entry > head.size.value())
    return Error{Errc::not_found, "the log that was signed has the entries 1 to " + std::to_string(head.size.value()) +
                                      "; a newer one is in the next checkpoint, in about a second"};
  const auto& with = signing::log_primitives();
  const audit::LeafIndex index(entry - 1);
  DEPOPS_TRY(audit::Proof proof, audit::prove_inclusion(*backend.log, index, head.size, with));
  return audit::text_of(audit::Receipt{index, std::move(proof), "", std::move(head.note)}, with);
}

// How many hashes or entries of that file are asked for: all 256, or the first ones.
Result<std::size_t> width_of(const Request& request) {
  const std::string& text = request.parameter("width");
  const auto width = text.empty() ? std::optional<std::uint64_t>(audit::kTileWidth) : number_of(text);
  if (width && *width >= 1 && *width <= audit::kTileWidth) return static_cast<std::size_t>(*width);
  return Error{Errc::invalid, "width must be 1 to 256; without one it is 256"};
}

// Only what is signed: what is written may still be on its way into the next checkpoint.
Result<audit::TileId> tile_asked(const Backend& backend, unsigned level, const std::string& index, std::size_t width) {
  DEPOPS_TRY(const LogHead head, signed_log(backend));
  const auto number = number_of(index);
  const std::uint64_t there = audit::hashes_at(level, head.size);
  if (number && *number <= there / audit::kTileWidth && *number * audit::kTileWidth + width <= there)
    return audit::TileId{level, *number};
  return Error{Errc::not_found, "the log that was signed has no such file"};
}

Result<std::string> tile_bytes(const Request& request, const Backend& backend) {
  const auto level = number_of(request.argument(0));
  if (!level || *level >= audit::kTileLevels) return Error{Errc::not_found, "a log has the levels 0 to 7"};
  DEPOPS_TRY(const std::size_t width, width_of(request));
  DEPOPS_TRY(const audit::TileId id, tile_asked(backend, static_cast<unsigned>(*level), request.argument(1), width));
  DEPOPS_TRY(const auto hashes, backend.log->hashes(id, width));
  return audit::write_tile(hashes);
}

Result<std::string> entries_bytes(const Request& request, const Backend& backend) {
  DEPOPS_TRY(const std::size_t width, width_of(request));
  DEPOPS_TRY(const audit::TileId id, tile_asked(backend, 0, request.argument(0), width));
  DEPOPS_TRY(const auto leaves, backend.log->leaves(audit::LeafIndex(id.index * audit::kTileWidth), width));
  return audit::write_entries(leaves);
}

}  // namespace

Response get_checkpoint(const Request&, const Backend& backend) {
  auto head = signed_log(backend);
  if (!head) return problem_of(head.error());
  return bytes_response("text/plain; charset=utf-8", std::move(head->note));
}

Response get_receipt(const Request& request, const Backend& backend) {
  const auto entry = number_of(request.argument(0));
  if (!entry) return problem_of({Errc::not_found, "entries have numbers"});
  auto text = receipt_of(backend, *entry);
  if (!text) return problem_of(text.error());
  return bytes_response("text/plain; charset=utf-8", std::move(text).value());
}

Response get_tile(const Request& request, const Backend& backend) {
  auto bytes = tile_bytes(request, backend);
  if (!bytes) return problem_of(bytes.error());
  return bytes_response("application/octet-stream", std::move(bytes).value());
}

Response get_entries(const Request& request, const Backend& backend) {
  auto bytes = entries_bytes(request, backend);
  if (!bytes) return problem_of(bytes.error());
  return bytes_response("application/octet-stream", std::move(bytes).value());
}

}  // namespace depops::hub::api_http
