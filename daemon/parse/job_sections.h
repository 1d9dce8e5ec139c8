#pragma once

#include <string>

#include "daemon/parse/fields.h"

namespace jobledger::daemon::parse {

/// Whose template it is: a child must also say which composition to render.
enum class TemplateOf { root, child };

/// `template`: gives its id. There is no registry, so only the form of the id is checked.
std::string read_template(const Fields& job, TemplateOf whose);

/// `upload`: gives `outputUrl`, empty if there is none.
std::string read_upload(const Fields& job);

/// What is only passed on to the worker or the webhook sender: `preview`, `fonts`, `settings`,
/// `webhook`. Notes what is wrong with their types.
void check_sections(const Fields& job);

}  // namespace jobledger::daemon::parse
