#pragma once

#include <string_view>

#include "daemon/http/message.h"
#include "daemon/metrics/registry.h"
#include "daemon/render/error_code.h"
#include "daemon/start_status.h"

namespace jobledger::daemon::routes {

/// What a daemon answers before it knows its ledger: that it lives, how far it has come, what it
/// counts, and to everything else that it is to be asked again.
class Starting final : public http::Handler {
 public:
  Starting(const StartStatus& status, const metrics::Registry& metrics)
      : status_(status), metrics_(metrics) {}

  void handle(http::Request request, http::Respond respond, std::function<bool()> gone) override;
  http::Reply refuse(int status, std::string_view what) override;
  std::optional<http::Reply> refuse_early(const http::Request& head) override;

 private:
  http::Reply answer(const http::Request& request, const std::string& request_id) const;
  http::Reply not_yet(render::ErrorCode code, const std::string& request_id) const;
  http::Reply with_headers(http::Reply reply, const std::string& request_id) const;

  const StartStatus& status_;
  const metrics::Registry& metrics_;
};

}  // namespace jobledger::daemon::routes
