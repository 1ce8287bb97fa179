#pragma once

#include "hub/app/turn.h"

namespace depops::hub {

// All documents of the request or none. Refused: `unsupported` (holds what comes with a later version, with its line),
// `not_found` (an analysis template that is neither applied nor in the request), `invalid` (a document twice). A dry
// run answers the same and changes nothing. Answer::results has a word per document.
Answer apply_documents(Turn& turn, const ApplyDocuments& request, bool dry_run);

}  // namespace depops::hub
