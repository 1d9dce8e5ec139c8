#include "ledger/tlog_proof.h"

#include "ledger/base64.h"
#include "ledger/checkpoint.h"
#include "ledger/hash.h"

namespace jobledger::ledger {
namespace {

constexpr std::string_view kHeader = "c2sp.org/tlog-proof@v1\n";
constexpr std::string_view kExtra = "extra ";
constexpr std::string_view kIndex = "index ";
constexpr std::size_t kMostHashes = 64;  ///< of a tree with as many leaves as there are indexes

/// The rest of the next line if it begins so; the line is taken then.
std::optional<std::string_view> take_line(std::string_view& text, std::string_view begin) {
  std::size_t end = text.find('\n');
  if (end == std::string_view::npos || !text.starts_with(begin)) return std::nullopt;
  std::string_view rest = text.substr(begin.size(), end - begin.size());
  text.remove_prefix(end + 1);
  return rest;
}

}  // namespace

std::string TlogProof::text() const {
  std::string text(kHeader);
  if (!extra.empty()) text.append(kExtra).append(to_base64(extra)) += '\n';
  text.append(kIndex).append(std::to_string(index)) += '\n';
  for (const Sha256& hash : hashes) text.append(to_base64(bytes_of(hash))) += '\n';
  return text + '\n' + checkpoint;
}

Result<TlogProof> TlogProof::parse(std::string_view text) {
  if (!text.starts_with(kHeader)) {
    return Failure{"this is no receipt: its first line is not c2sp.org/tlog-proof@v1"};
  }
  text.remove_prefix(kHeader.size());
  TlogProof proof;
  if (auto extra = take_line(text, kExtra)) {
    auto bytes = from_base64(*extra);
    if (!bytes) return Failure{"the line `extra` of the receipt is no base64"};
    proof.extra = std::move(*bytes);
  }
  auto index = take_line(text, kIndex);
  auto number = index ? plain_number(*index) : std::nullopt;
  if (!number) return Failure{"the receipt has no line `index` with a number"};
  proof.index = *number;
  for (auto line = take_line(text, ""); line && !line->empty(); line = take_line(text, "")) {
    auto hash = hash_from_base64(*line);
    if (!hash) return Failure{"a line of the receipt's proof is not 32 bytes in base64"};
    if (proof.hashes.size() == kMostHashes) return Failure{"the receipt's proof is too long"};
    proof.hashes.push_back(*hash);
  }
  if (text.empty()) return Failure{"the receipt has no checkpoint behind its proof"};
  proof.checkpoint = text;
  return proof;
}

}  // namespace jobledger::ledger
