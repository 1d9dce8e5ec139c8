#include "ledger/base64.h"

#include <openssl/evp.h>

#include <limits>

#include "ledger/assert.h"

namespace jobledger::ledger {
namespace {

const unsigned char* data_of(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

constexpr std::size_t kMost = std::numeric_limits<int>::max() / 2;  ///< OpenSSL counts in int

}  // namespace

std::string to_base64(std::string_view bytes) {
  JL_ASSERT(bytes.size() < kMost);
  std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');  // OpenSSL ends it with a NUL
  int length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), data_of(bytes),
                               static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(length));
  return text;
}

std::optional<std::string> from_base64(std::string_view text) {
  constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  if (text.size() % 4 != 0 || text.size() >= kMost) return std::nullopt;
  std::size_t end = std::min(text.find_first_not_of(kAlphabet), text.size());
  std::size_t padding = text.size() - end;
  if (padding > 2 || text.substr(end) != std::string_view("==").substr(0, padding)) {
    return std::nullopt;
  }
  std::size_t unused = padding == 2 ? 0xf : padding == 1 ? 0x3 : 0;  // bits of the last character
  if (padding > 0 && (kAlphabet.find(text[end - 1]) & unused) != 0) return std::nullopt;
  std::string bytes(text.size() / 4 * 3, '\0');
  int length = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()), data_of(text),
                               static_cast<int>(text.size()));
  if (length < 0) return std::nullopt;
  bytes.resize(static_cast<std::size_t>(length) - padding);
  return bytes;
}

}  // namespace jobledger::ledger
