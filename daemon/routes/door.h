#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "daemon/core.h"
#include "daemon/http/message.h"
#include "daemon/render/error_code.h"
#include "ledger/entry.h"

namespace jobledger::daemon::routes {

// What is checked of every request before its route sees it. Each gives what it read, or the
// answer that refuses the request.

/// Puts the request's `X-Request-Id` (1..200 printable ASCII characters), if it has one, in the
/// place of `id`; refuses an unacceptable one.
std::optional<http::Reply> read_request_id(const http::Request& request, std::string& id);

/// Who asks, by `Authorization: Bearer …`; `onBehalfOf` by `X-On-Behalf-Of` (1..256 characters). In
/// API v1 the headers of its clients do as well: `nexrender-secret` is the token, `nexrender-name`
/// the worker, and who is unknown gets a 403 of plain text.
std::variant<ledger::Actor, http::Reply> authenticate(const Core& core,
                                                      const http::Request& request,
                                                      const std::string& request_id);

/// Whether scopes allow a read that needs this one: `audit:all` reads what `audit:read` does.
bool may_read(ledger::Scopes scopes, ledger::Scope needed);

/// The team whose jobs, batches and entries the request may see. Below /ledger/v1 `team=` names it,
/// and who has `audit:all` may name any; by default that is the actor's own, or nullopt, which is
/// every team, for who has `audit:all`. A team that is out of reach comes to "", which is none's
/// name, so that the answer is as if there was nothing.
std::optional<std::string> reach_of(const ledger::Actor& actor, const http::Request& request);

/// `Idempotency-Key` (1..255 printable ASCII characters) with the fingerprint of the request:
/// method, path, query and the bytes of the body.
std::variant<std::optional<ledger::Idempotency>, http::Reply> idempotency(
    const http::Request& request, const std::string& request_id);

/// The header of that name as version 00 of W3C Trace Context has it; empty if it is malformed or
/// there are several, which counts as if there was none.
std::string traceparent(const http::Request& request);

/// The code of the answer to bytes that came to no request.
render::ErrorCode code_of_unreadable(int status);

std::string new_request_id();

}  // namespace jobledger::daemon::routes
