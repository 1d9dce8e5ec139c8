#include "ledger/payload.h"

#include "ledger/keys.h"

namespace jobledger::ledger {
namespace {

constexpr char kBody = 'B';
constexpr char kSlice = 'S';
constexpr std::size_t kSliceRow = 1 + 16 + 8 + 8;

Failure damaged(JobId job) {
  return Failure{"the payload of job " + job.text() + " is damaged"};
}

}  // namespace

std::string payload_row(const PayloadSlice& slice, const PayloadSlice& root,
                        std::string_view body) {
  std::string row;
  if (slice.job == root.job) {
    row += kBody;
    row.append(body.substr(slice.begin, slice.length));
    return row;
  }
  row += kSlice;
  row += keys::payload(root.job);
  keys::append_number(row, slice.begin - root.begin);
  keys::append_number(row, slice.length);
  return row;
}

Result<std::string> read_payload(const Store& store, JobId job) {
  Result<std::string> row = store.payload(job);
  if (!row) return row;
  if (!row->empty() && row->front() == kBody) return row->substr(1);
  if (row->size() != kSliceRow || row->front() != kSlice) return damaged(job);
  std::string_view fields = std::string_view(*row).substr(1);
  JobId root{keys::read_number(fields), keys::read_number(fields.substr(8))};
  std::uint64_t begin = keys::read_number(fields.substr(16));
  std::uint64_t length = keys::read_number(fields.substr(24));
  Result<std::string> whole = store.payload(root);
  if (!whole) return whole;
  if (whole->empty() || whole->front() != kBody || begin > whole->size() - 1 ||
      length > whole->size() - 1 - begin) {
    return damaged(job);
  }
  return whole->substr(1 + begin, length);
}

}  // namespace jobledger::ledger
