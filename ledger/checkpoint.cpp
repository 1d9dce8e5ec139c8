#include "ledger/checkpoint.h"

#include <charconv>
#include <cstring>

#include "ledger/base64.h"
#include "ledger/hash.h"

namespace jobledger::ledger {
namespace {

/// Takes the next line, without its end; nullopt if there is none.
std::optional<std::string_view> take_line(std::string_view& text) {
  std::size_t end = text.find('\n');
  if (end == std::string_view::npos) return std::nullopt;
  std::string_view line = text.substr(0, end);
  text.remove_prefix(end + 1);
  return line;
}

bool are_lines(std::string_view text) {
  return text.empty() || (text.back() == '\n' && text.front() != '\n' &&
                          text.find("\n\n") == std::string_view::npos);
}

}  // namespace

std::optional<std::uint64_t> plain_number(std::string_view text) {
  std::uint64_t number = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  bool whole = error == std::errc{} && end == text.data() + text.size();
  if (!whole || (text.size() > 1 && text.front() == '0')) return std::nullopt;
  return number;
}

std::optional<Sha256> hash_from_base64(std::string_view text) {
  auto bytes = from_base64(text);
  Sha256 hash;
  if (!bytes || bytes->size() != hash.size()) return std::nullopt;
  std::memcpy(hash.data(), bytes->data(), hash.size());
  return hash;
}

std::string Checkpoint::text() const {
  return origin + '\n' + std::to_string(size) + '\n' + to_base64(bytes_of(root)) + '\n' +
         extensions;
}

Result<Checkpoint> Checkpoint::parse(std::string_view text) {
  auto origin = take_line(text);
  auto size = take_line(text);
  auto root = take_line(text);
  if (!origin || !size || !root || origin->empty()) {
    return Failure{"a checkpoint is three lines: an origin, a size and a root hash"};
  }
  auto number = plain_number(*size);
  if (!number) return Failure{"the second line of a checkpoint is a size, in digits alone"};
  auto hash = hash_from_base64(*root);
  if (!hash) return Failure{"the third line of a checkpoint is 32 bytes in base64"};
  if (!are_lines(text)) return Failure{"the lines behind the third of a checkpoint are not empty"};
  return Checkpoint{std::string(*origin), *number, *hash, std::string(text)};
}

Result<SignedCheckpoint> SignedCheckpoint::parse(std::string_view text) {
  auto note = SignedNote::parse(text);
  if (!note) return note.error();
  auto checkpoint = Checkpoint::parse(note->text);
  if (!checkpoint) return checkpoint.error();
  return SignedCheckpoint{std::move(*note), std::move(*checkpoint)};
}

std::string entries_text(std::uint64_t count) {
  return std::to_string(count) + (count == 1 ? " entry" : " entries");
}

}  // namespace jobledger::ledger
