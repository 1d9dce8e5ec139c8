#include "ledger/handover.h"

#include "ledger/checkpoint.h"
#include "ledger/keys.h"
#include "ledger/tree_reader.h"

namespace jobledger::ledger {

Status hand_over(Store& store, const SigningKey& key, std::uint64_t entry) {
  if (store.meta_row(keys::handover(entry))) return ok();
  auto root = TreeReader(store).root(entry + 1);
  if (!root) return root.error();
  Checkpoint checkpoint{key.name, entry + 1, *root, {}};
  return store.put_meta_rows(
      {{keys::handover(entry), signed_by(key, checkpoint.text()).to_text()}});
}

}  // namespace jobledger::ledger
