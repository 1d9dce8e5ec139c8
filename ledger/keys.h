#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "ledger/ids.h"

/// The keys of the store's rows. Numbers are big-endian, so that the order of keys is theirs.
namespace jobledger::ledger::keys {

inline void append_number(std::string& out, std::uint64_t number) {
  for (int shift = 56; shift >= 0; shift -= 8) out += static_cast<char>(number >> shift & 0xff);
}

inline std::uint64_t read_number(std::string_view bytes) {
  std::uint64_t number = 0;
  for (char c : bytes.substr(0, 8)) number = number << 8 | static_cast<unsigned char>(c);
  return number;
}

/// Of the family `entries`: the index.
inline std::string entry(std::uint64_t index) {
  std::string key;
  append_number(key, index);
  return key;
}

inline bool is_entry(std::string_view key) {
  return key.size() == 8;
}

/// Of the family `payloads`: the 16 bytes of the job's id.
inline std::string payload(JobId job) {
  std::string key;
  append_number(key, job.high);
  append_number(key, job.low);
  return key;
}

/// Of the family `tree`: 't', the level, the number of the tile -> its 256 hashes.
inline std::string tree_tile(std::size_t level, std::uint64_t number) {
  std::string key = {'t', static_cast<char>(level)};
  append_number(key, number);
  return key;
}

/// Of the family `tree`: 'r', the level, the number of the first hash -> some hashes in order.
inline std::string tree_run(std::size_t level, std::uint64_t first) {
  std::string key = {'r', static_cast<char>(level)};
  append_number(key, first);
  return key;
}

/// Of the family `default`.
inline constexpr std::string_view kCheckpoint = "checkpoint";
inline constexpr std::string_view kCosigned = "cosigned";
inline constexpr std::string_view kWebhookKey = "webhook-key";  ///< 32 bytes (webhook_key.h)
inline constexpr std::string_view kSigningKeys = "signing-key/";
/// By the index of the entry that rotated the keys -> a note of the old key that has it in its
/// tree.
inline constexpr std::string_view kHandovers = "handover/";
inline std::string handover(std::uint64_t entry) {
  std::string key(kHandovers);
  append_number(key, entry);
  return key;
}
inline std::string signing_key(std::uint64_t number) {
  std::string key(kSigningKeys);
  append_number(key, number);
  return key;
}

inline std::uint64_t index_of_tree_key(std::string_view key) {
  return read_number(key.substr(2));
}

}  // namespace jobledger::ledger::keys
