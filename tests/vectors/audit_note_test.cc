#include <catch2/catch.hpp>

#include "shared/audit/checkpoint.h"
#include "shared/audit/receipt.h"
#include "tests/vectors/audit_vectors.h"

// Signed notes and the log of 15 leaves.
namespace depops::test {
namespace {

std::vector<std::string> texts_of(const Poco::JSON::Object& row, const std::string& key) {
  std::vector<std::string> texts;
  for (const auto& text : *row.getArray(key)) texts.push_back(text.convert<std::string>());
  return texts;
}

signing::SecretKey key_of_seed(const std::string& hex) {
  std::array<std::uint8_t, 32> seed{};
  const std::string bytes = unhex(hex);
  std::copy(bytes.begin(), bytes.end(), seed.begin());
  return signing::SecretKey::from_seed(seed);
}

}  // namespace

TEST_CASE("vectors audit/signed-note: a note is opened or refused as it stands there") {
  const auto file = vectors_object("audit/signed-note.json");
  const auto rows = rows_of(*file, "cases");
  REQUIRE(rows.size() == 18);
  for (const auto& row : rows) {
    INFO(row->getValue<std::string>("name"));
    std::vector<audit::NoteKey> keys;
    for (const std::string& vkey : texts_of(*row, "vkeys")) {
      keys.push_back(audit::parse_vkey(vkey, with()).value());
      CHECK(audit::vkey_of(keys.back(), with()) == vkey);
    }
    const std::string note = signing::from_base64(row->getValue<std::string>("noteBase64")).value();
    const auto opened = audit::open_note(note, keys, with());
    REQUIRE(opened.ok() == row->getValue<bool>("accept"));
    if (opened.ok()) {
      CHECK(opened->signers == texts_of(*row, "verified"));
      continue;
    }
    const auto why = row->getValue<std::string>("why");
    CHECK((opened.error().code == Errc::corrupt) == (why == "malformed"));
    CHECK((opened.error().code == Errc::invalid) == (why == "ambiguous"));
  }
  for (const std::string& vkey : texts_of(*file, "badVkeys"))
    CHECK(audit::parse_vkey(vkey, with()).error().code == Errc::invalid);
}

TEST_CASE("vectors audit/signed-note: a note is signed as it stands there") {
  const auto row = vectors_object("audit/signed-note.json")->getObject("signing");
  const auto secret = key_of_seed(row->getValue<std::string>("seedHex"));
  const auto key = audit::note_key("PeterNeumann", secret.public_key().bytes(), with()).value();
  const auto text = row->getValue<std::string>("text");
  const audit::Note note{text, {{key.name, key.hash, secret.sign_text(text)}}};
  CHECK(audit::write_note(note, with()).value() == text + "\n" + row->getValue<std::string>("expectSignatureLine"));
}

TEST_CASE("vectors audit/tlog-15leaf: leaves, tiles, proofs and checkpoints of a log that another program wrote") {
  const auto file = vectors_object("audit/tlog-15leaf.json");
  const auto key = audit::parse_vkey(file->getValue<std::string>("logVkey"), with()).value();
  const auto hashes = texts_of(*file, "leafHashes");
  const auto notes = texts_of(*file, "checkpointsBySize0to15");
  Leaves source;
  std::string tile;
  for (const std::string& leaf : texts_of(*file, "leavesUtf8")) {
    source.leaves.push_back(audit::leaf_hash(leaf, with()));
    CHECK(hex_of(source.leaves.back()) == hashes[source.leaves.size() - 1]);
    tile += audit::bytes_of(source.leaves.back());
  }
  CHECK(signing::to_base64(tile) == file->getValue<std::string>("tileLevel0Partial15Base64"));
  for (std::size_t size = 0; size < notes.size(); ++size) {
    INFO("size " << size);
    const auto checkpoint = audit::open_checkpoint(notes[size], key, with());
    REQUIRE(checkpoint.ok());
    CHECK(*checkpoint == audit::Checkpoint{key.name, audit::TreeSize(size),
                                           audit::root_of(source, audit::TreeSize(size), with()).value()});
    CHECK(notes[size].starts_with(audit::text_of(*checkpoint, with()) + "\n"));
  }
  for (const auto& row : rows_of(*file, "consistency"))
    CHECK(audit::prove_consistency(source, audit::TreeSize(row->getValue<std::uint64_t>("size1")),
                                   audit::TreeSize(row->getValue<std::uint64_t>("size2")), with())
              .value() == proof_from_hex(*row));
  CHECK(audit::open_checkpoint(file->getValue<std::string>("cosignedCheckpoint15"), key, with()).ok());
}

TEST_CASE("A36 vectors audit/tlog-15leaf: checkpoints of another size, another name and other texts are refused") {
  const auto file = vectors_object("audit/tlog-15leaf.json");
  const auto key = audit::parse_vkey(file->getValue<std::string>("logVkey"), with()).value();
  for (const auto& row : rows_of(*file, "refuseCheckpointNotes")) {
    INFO(row->getValue<std::string>("name"));
    CHECK(audit::open_checkpoint(row->getValue<std::string>("note"), key, with()).error().code == Errc::refused);
  }
  const auto texts = rows_of(*file, "refuseCheckpointText");
  REQUIRE(texts.size() == 9);
  for (const auto& row : texts) {
    INFO(row->getValue<std::string>("name"));
    CHECK(audit::parse_checkpoint(row->getValue<std::string>("text"), with()).error().code == Errc::corrupt);
  }
}

TEST_CASE("vectors audit/tlog-15leaf: receipts are read, checked and written as they stand there") {
  const auto file = vectors_object("audit/tlog-15leaf.json");
  const auto key = audit::parse_vkey(file->getValue<std::string>("logVkey"), with()).value();
  for (const auto& row : rows_of(*file, "tlogProofs")) {
    const auto leaf = row->getValue<std::string>("leaf");
    INFO(leaf);
    const auto text = row->getValue<std::string>("proofText");
    const auto receipt = audit::parse_receipt(text, with()).value();
    CHECK(receipt.index == audit::LeafIndex(row->getValue<std::uint64_t>("index")));
    CHECK(audit::text_of(receipt, with()) == text);
    CHECK(audit::verify_receipt(receipt, leaf, key, with()).value().size == audit::TreeSize(15));
    CHECK(audit::verify_receipt(receipt, leaf + ".", key, with()).error().code == Errc::refused);
  }
  for (const auto& row : rows_of(*file, "refuseTlogProof")) {
    INFO(row->getValue<std::string>("name"));
    CHECK(audit::parse_receipt(row->getValue<std::string>("text"), with()).error().code == Errc::corrupt);
  }
}

TEST_CASE("vectors audit/tlog-15leaf: names and numbers of tiles") {
  const auto file = vectors_object("audit/tlog-15leaf.json");
  for (const auto& row : rows_of(*file, "tilePathExamples")) {
    const auto index = row->getValue<std::uint64_t>("index");
    const std::size_t width = absent(*row, "width") ? audit::kTileWidth : row->getValue<std::size_t>("width");
    const bool entries = row->get("level").isString();
    const std::string path = entries ? audit::entries_path(index, width)
                                     : audit::tile_path({row->getValue<unsigned>("level"), index}, width);
    CHECK(path == row->getValue<std::string>("path"));
  }
  for (const auto& row : rows_of(*file, "tileCountExamples")) {
    const audit::TreeSize size(row->getValue<std::uint64_t>("treeSize"));
    for (unsigned level = 0; level < 3; ++level) {
      const std::string digit = std::to_string(level);
      const std::uint64_t there = audit::hashes_at(level, size);
      if (row->has("fullL" + digit)) CHECK(there / audit::kTileWidth == row->getValue<std::uint64_t>("fullL" + digit));
      if (row->has("partialL" + digit + "Width"))
        CHECK(there % audit::kTileWidth == row->getValue<std::uint64_t>("partialL" + digit + "Width"));
    }
  }
}

}  // namespace depops::test
