#pragma once

#include <string_view>

/// What the fuzzers call: each takes any bytes, and ends the process if the product breaks a
/// promise on them. How the bytes are read stands where each is defined.
namespace jobledger::fuzz {

/// A connection's bytes, in pieces and whole, through the reader of requests.
void http_reader(std::string_view bytes);
/// A connection's bytes, up to the answers of a ledger.
void http_requests(std::string_view bytes);
/// A body, by the reader of JSON and by the parsers of requests.
void bodies(std::string_view bytes);
/// The bytes of an entry.
void entries(std::string_view bytes);
/// The query of a read, and the small texts that stand in paths and headers.
void queries(std::string_view bytes);
/// A configuration file, variables and flags.
void settings(std::string_view bytes);
/// Signed notes, checkpoints, receipts and keys.
void notes(std::string_view bytes);
/// The end of a write-ahead log.
void wal_ends(std::string_view bytes);

}  // namespace jobledger::fuzz
