#pragma once

#include <array>
#include <string_view>

namespace jobledger::daemon::render {

/// The code of an error, and the status that it comes with.
struct KnownError {
  std::string_view code;
  int status;
};

/// Every error that is no refusal of the ledger (those are in ledger/refusal.h). A code never gets
/// another meaning or status; daemon/openapi.json says where each may come.
inline constexpr std::array kErrors = std::to_array<KnownError>({
    // The request is wrong, or asks for what is not there.
    {"invalid_request", 400},
    {"invalid_id", 400},
    {"webhook_target_refused", 400},
    {"unauthorized", 401},
    {"job_not_found", 404},
    {"batch_not_found", 404},
    {"entry_not_found", 404},
    {"token_not_found", 404},
    {"cancellation_not_found", 404},
    {"webhook_not_found", 404},
    {"delivery_not_found", 404},
    {"tile_not_found", 404},
    {"checkpoint_not_found", 404},
    {"output_not_found", 404},
    {"route_not_found", 404},
    {"method_not_allowed", 405},
    {"job_immutable", 409},
    {"delivery_not_ended", 409},
    {"idempotency_key_in_flight", 409},
    // It cannot be read as HTTP.
    {"bad_request", 400},
    {"request_timeout", 408},
    {"body_too_large", 413},
    {"expectation_failed", 417},
    {"headers_too_large", 431},
    {"not_implemented", 501},
    {"http_version_not_supported", 505},
    // Not now.
    {"rate_limited", 429},
    {"queue_full", 503},
    {"version_not_reached", 503},
    {"outcome_unknown", 503},
    {"not_ready", 503},
    {"starting", 503},
    {"shutting_down", 503},
    {"too_many_followers", 503},
    {"disk_full", 507},
    {"internal_error", 500},
});

/// The code of an error as it stands in the program: one of kErrors, or it does not compile.
class ErrorCode {
 public:
  // NOLINTNEXTLINE(google-explicit-constructor): stands for the text
  consteval ErrorCode(const char* text) : text_(text) {
    bool known = false;
    for (const KnownError& error : kErrors) known = known || error.code == text_;
    if (!known) throw "add the code to kErrors, and to daemon/openapi.json";
  }
  constexpr std::string_view text() const { return text_; }

 private:
  std::string_view text_;
};

}  // namespace jobledger::daemon::render
