#include <limits>

#include "daemon/checkpoints.h"
#include "daemon/json/writer.h"
#include "daemon/parse/tile_path.h"
#include "daemon/render/refusal.h"
#include "daemon/routes/call.h"
#include "ledger/base64.h"
#include "ledger/checkpoint.h"
#include "ledger/hash.h"
#include "ledger/hash_tree.h"
#include "ledger/keys.h"
#include "ledger/tlog_proof.h"
#include "ledger/tree_proofs.h"

// The ledger as a transparency log: C2SP tlog-checkpoint, tlog-tiles and tlog-proof, and the proofs
// of RFC 9162 as JSON.

namespace jobledger::daemon::routes {
namespace {

using ledger::Sha256;
using ledger::TreeReader;

constexpr unsigned kTileHeight = 8;
constexpr std::string_view kNoTileMessage =
    "the tree has no such tile, or not that much of it; see the size of GET /ledger/v1/checkpoint";

/// What was read of the tree, which has it as of any visible version.
template <typename T>
T read_whole(ledger::Result<T> read) {
  if (!read) throw projections::StorageError(read.error().message);
  return std::move(*read);
}

/// Hashes that are complete never change.
http::Reply immutable(const Core& core, std::string bytes) {
  http::Reply reply;
  reply.content_type = "application/octet-stream";
  reply.headers.emplace_back("Cache-Control",
                             std::string(core.settings.tlog.open ? "public" : "private") +
                                 ", max-age=31536000, immutable");
  reply.body = std::move(bytes);
  return reply;
}

http::Reply note(std::string text) {
  http::Reply reply;
  reply.content_type = "text/plain; charset=utf-8";
  reply.headers.emplace_back("Cache-Control", "no-cache");
  reply.body = std::move(text);
  return reply;
}

/// How many hashes a level has in a tree of that many leaves.
std::uint64_t hashes_at(std::size_t level, std::uint64_t size) {
  return level * kTileHeight >= 64 ? 0 : size >> (level * kTileHeight);
}

bool is_within(const parse::TilePlace& place, std::uint64_t hashes) {
  std::uint64_t whole = hashes >> kTileHeight;
  return place.number < whole ||
         (place.number == whole && place.width <= hashes % (1U << kTileHeight));
}

http::Reply no_tile(const Call& call) {
  return not_found(call, "tile_not_found", kNoTileMessage);
}

/// A whole number in the query; `otherwise` if there is none; nullopt if it is something else.
std::optional<std::uint64_t> number_in(const Call& call, std::string_view name,
                                       std::optional<std::uint64_t> otherwise) {
  auto text = call.request.parameter(name);
  return text ? ledger::plain_number(*text) : otherwise;
}

void hashes(json::Writer& out, const ledger::Hashes& hashes) {
  out.begin_array("hashes");
  for (const Sha256& hash : hashes) out.string(ledger::to_base64(ledger::bytes_of(hash)));
  out.end_array();
}

/// A signed note of so many entries at least; nullopt while none can be kept.
std::optional<std::string> checkpoint_of(Core& core, std::uint64_t version) {
  auto note = core.checkpoints.newest(version);
  if (note) return std::move(*note);
  if (core.store.condition() == ledger::StoreCondition::full) return std::nullopt;
  return read_whole(std::move(note));
}

http::Reply no_checkpoint_yet(const Call& call) {
  http::Reply reply = render::error(503, "not_ready",
                                    "the disk is full, so no checkpoint of this entry could be "
                                    "kept; ask again once there is room",
                                    call.request_id);
  reply.headers.emplace_back("Retry-After", "5");
  return reply;
}

std::string root_text(const TreeReader& tree, std::uint64_t size) {
  return ledger::to_base64(ledger::bytes_of(read_whole(tree.root(size))));
}

}  // namespace

http::Reply get_checkpoint(Core& core, const Call& call) {
  if (call.request.parameter("cosigned").value_or("") != "true") {
    return note(read_whole(core.checkpoints.newest()));
  }
  std::string cosigned = core.checkpoints.cosigned();
  if (!cosigned.empty()) return note(std::move(cosigned));
  return not_found(call, "checkpoint_not_found", "nobody has cosigned a checkpoint so far");
}

http::Reply cosign_checkpoint(Core& core, const Call& call) {
  auto witnesses = config::verifier_keys_in(core.settings.tlog.witnesses);
  auto cosigned = core.checkpoints.cosign(call.request.body, witnesses.value());
  if (cosigned) return note(std::move(*cosigned));
  if (core.store.condition() == ledger::StoreCondition::full) return disk_full(call);
  return render::error(400, "invalid_request", cosigned.error().message, call.request_id);
}

http::Reply get_tile(Core& core, const Call& call) {
  auto path = parse::parse_tile_path(call.path[0]);
  if (!path || !is_within(path->place, hashes_at(path->level, call.version))) return no_tile(call);
  return immutable(
      core,
      read_whole(TreeReader(core.store).tile(path->level, path->place.number, path->place.width)));
}

http::Reply get_entry_bundle(Core& core, const Call& call) {
  auto place = parse::parse_tile_place(call.path[0]);
  if (!place || !is_within(*place, call.version)) return no_tile(call);
  std::string bundle;
  std::uint64_t first = place->number << kTileHeight;
  for (std::uint64_t index = first; index < first + place->width; ++index) {
    Sha256 leaf_data = ledger::sha256({read_whole(core.store.entry(index))});
    bundle += std::string_view("\0\x20", 2);  // how long it is, big-endian
    bundle += ledger::bytes_of(leaf_data);
  }
  return immutable(core, std::move(bundle));
}

http::Reply get_inclusion_proof(Core& core, const Call& call) {
  auto size = number_in(call, "size", call.version);
  if (!size || *size == 0 || *size > call.version) {
    return bad_request(call, {{"size", "must be a whole number from 1 to the version, which is " +
                                           std::to_string(call.version)}});
  }
  auto index = number_in(call, "index", std::nullopt);
  if (!index || *index >= *size) {
    return bad_request(call, {{"index", "must be a whole number below the size, which is " +
                                            std::to_string(*size)}});
  }
  TreeReader tree(core.store);
  std::string body;
  json::Writer out(body);
  out.begin_object();
  out.field("index", *index);
  out.field("size", *size);
  Sha256 leaf = read_whole(tree.subtree(*index, 1));
  out.field("leaf", ledger::to_base64(ledger::bytes_of(leaf)));
  hashes(out, read_whole(inclusion_proof(tree, *index, *size)));
  out.field("root", root_text(tree, *size));
  out.end_object();
  return json(std::move(body));
}

http::Reply get_consistency_proof(Core& core, const Call& call) {
  auto to = number_in(call, "to", call.version);
  if (!to || *to > call.version) {
    return bad_request(call, {{"to", "must be a whole number up to the version, which is " +
                                         std::to_string(call.version)}});
  }
  auto from = number_in(call, "from", std::nullopt);
  if (!from || *from > *to) {
    return bad_request(
        call, {{"from", "must be a whole number up to `to`, which is " + std::to_string(*to)}});
  }
  TreeReader tree(core.store);
  std::string body;
  json::Writer out(body);
  out.begin_object();
  out.field("from", *from);
  out.field("to", *to);
  out.field("fromRoot", root_text(tree, *from));
  hashes(out, read_whole(consistency_proof(tree, *from, *to)));
  out.field("root", root_text(tree, *to));
  out.end_object();
  return json(std::move(body));
}

http::Reply get_entry_bytes(Core& core, const Call& call) {
  auto index = path_index(call);
  if (!index) return bad_request(call, {{"index", "must be a whole number from 0"}});
  if (!may_see_entry(core, call, *index)) {
    return not_found(call, "entry_not_found", kNoEntryMessage);
  }
  http::Reply reply = immutable(core, read_whole(core.store.entry(*index)));
  reply.headers.front().second = "private, max-age=31536000, immutable";
  return reply;
}

http::Reply get_receipt(Core& core, const Call& call) {
  auto index = path_index(call);
  if (!index) return bad_request(call, {{"index", "must be a whole number from 0"}});
  if (!may_see_entry(core, call, *index)) {
    return not_found(call, "entry_not_found", kNoEntryMessage);
  }
  ledger::TlogProof proof;
  proof.extra = read_whole(core.store.entry(*index));
  proof.index = *index;
  // A change of keys is proven by the key that it ends: who trusts that one learns the next so.
  auto handover = core.store.meta_row(ledger::keys::handover(*index));
  if (!handover) handover = checkpoint_of(core, *index + 1);
  if (!handover) return no_checkpoint_yet(call);
  proof.checkpoint = std::move(*handover);
  std::uint64_t size =
      read_whole(ledger::SignedCheckpoint::parse(proof.checkpoint)).checkpoint.size;
  proof.hashes = read_whole(inclusion_proof(TreeReader(core.store), *index, size));
  http::Reply reply = note(proof.text());
  reply.headers.emplace_back("Content-Disposition", "attachment; filename=\"entry-" +
                                                        std::to_string(*index) + ".tlog-proof\"");
  return reply;
}

}  // namespace jobledger::daemon::routes
