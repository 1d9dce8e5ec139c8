#pragma once

#include <iosfwd>
#include <string>

#include "daemon/repair/remake.h"
#include "projections/examine.h"

namespace jobledger::daemon::cli {

/// What to call in what is said of a repair.
struct RepairNames {
  std::string data_dir;
  std::string folder;  ///< where the old database went; empty: it is still in its place
};

/// What was found, what a cut would lose, and what can be done instead.
void print_text(const projections::Examination& found, const RepairNames& names, std::ostream& out);
void print_json(const projections::Examination& found, const RepairNames& names, std::ostream& out);

/// What was done.
void print_text(const repair::Remade& remade, const projections::Examination& found,
                const RepairNames& names, std::ostream& out);
void print_json(const repair::Remade& remade, const projections::Examination& found,
                const RepairNames& names, std::ostream& out);

}  // namespace jobledger::daemon::cli
