#include "ledger/payload.h"

#include "ledger/hash.h"
#include "ledger/keys.h"

namespace jobledger::ledger {
namespace {

constexpr char kBody = 'B';
constexpr char kSlice = 'S';
constexpr char kRedactedBody = 'R';
constexpr char kRedactedSlice = 'T';
constexpr std::size_t kSliceRow = 1 + 16 + 8 + 8;

Failure damaged(JobId job) {
  return Failure{"the payload of job " + job.text() + " is damaged"};
}

}  // namespace

std::string write_payload_row(const PayloadRow& row) {
  std::string bytes;
  if (!row.slice) {
    bytes += row.redacted ? kRedactedBody : kBody;
    return bytes += row.body;
  }
  bytes += row.redacted ? kRedactedSlice : kSlice;
  bytes += keys::payload(row.slice->root);
  keys::append_number(bytes, row.slice->begin);
  keys::append_number(bytes, row.slice->length);
  return bytes;
}

std::optional<PayloadRow> parse_payload_row(JobId job, std::string_view bytes) {
  if (bytes.empty()) return std::nullopt;
  PayloadRow row;
  row.redacted = bytes.front() == kRedactedBody || bytes.front() == kRedactedSlice;
  std::string_view rest = bytes.substr(1);
  if (bytes.front() == kBody || bytes.front() == kRedactedBody) {
    row.body = rest;
    return row;
  }
  bool is_slice = bytes.front() == kSlice || bytes.front() == kRedactedSlice;
  if (!is_slice || bytes.size() != kSliceRow) return std::nullopt;
  JobId root{keys::read_number(rest), keys::read_number(rest.substr(8))};
  row.slice = PayloadSlice{job, root, keys::read_number(rest.substr(16)),
                           keys::read_number(rest.substr(24))};
  return row;
}

std::string payload_row(const PayloadSlice& slice, const PayloadSlice& root,
                        std::string_view body) {
  PayloadRow row;
  if (slice.job == root.job) {
    row.body = body.substr(slice.begin, slice.length);
  } else {
    row.slice = PayloadSlice{slice.job, root.job, slice.begin - root.begin, slice.length};
  }
  return write_payload_row(row);
}

Sha256 payload_hash(const Salt& salt, JobId job, std::string_view body) {
  std::string_view bytes(reinterpret_cast<const char*>(salt.data()), salt.size());
  return sha256({bytes, keys::payload(job), body});
}

Result<PayloadRow> read_payload_row(const Store& store, JobId job) {
  Result<std::string> bytes = store.payload(job);
  if (!bytes) return bytes.error();
  std::optional<PayloadRow> row = parse_payload_row(job, *bytes);
  if (!row) return damaged(job);
  return *std::move(row);
}

Result<std::string> read_payload(const Store& store, JobId job) {
  Result<PayloadRow> row = read_payload_row(store, job);
  if (!row) return row.error();
  if (!row->slice) return std::move(row->body);
  Result<PayloadRow> root = read_payload_row(store, row->slice->root);
  if (!root) return root.error();
  auto [begin, length] = std::pair(row->slice->begin, row->slice->length);
  if (root->slice || begin > root->body.size() || length > root->body.size() - begin) {
    return damaged(job);
  }
  return root->body.substr(begin, length);
}

}  // namespace jobledger::ledger
