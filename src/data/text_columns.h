// Columns of texts, learnt and encoded.
#pragma once

#include <optional>

#include "descent/data/features.h"

namespace descent::data {

/// Whether the values of a text column in `rows`, `different` of `values`, read as sentences rather than as categories:
/// most of them differ, and they have several words.
bool reads_as_texts(const Column& column, const Rows& rows, std::size_t values, std::size_t different);

/// The terms that at least two of the texts in `rows` have, at most kMaxTerms of them: words and pairs of such; where
/// many words are met once only, as in small tables and in languages that write words together, runs of characters too.
TextTerms learn_terms(const Column& column, const Rows& rows);

/// The texts of all features in `rows`, the columns of each behind those of the one before.
SparseRows encode_texts(const Features& features, const Table& table, const Rows& rows);

}  // namespace descent::data
