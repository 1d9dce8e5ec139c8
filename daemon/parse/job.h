#pragma once

#include <string_view>

#include "daemon/parse/job_tree.h"

namespace jobledger::daemon::parse {

/// The body of POST /jobs: `{template{id*, src, composition}, preview, fonts[], assets[],
/// settings, upload{outputUrl}, webhook{url*, method, headers, data, custom}, tags, priority}`.
/// An asset of type `job` is a nested job, which must also have `layerName` and
/// `template.composition`. Unknown properties are fine; null is as if absent.
Parsed<ledger::SubmitJob> parse_job(std::string_view body, const Limits& limits = {});

/// The body of POST /jobs/join: `{assets: [{type: video, src} | {type: job, …}] (at least 1),
/// settings, upload, webhook, tags, priority}`.
Parsed<ledger::SubmitJob> parse_join(std::string_view body, const Limits& limits = {});

}  // namespace jobledger::daemon::parse
