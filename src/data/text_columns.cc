#include "data/text_columns.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <unordered_map>
#include <unordered_set>

#include "data/ngram_walk.h"
#include "data/word_splitter.h"
#include "descent/data/target.h"
#include "kernels/parallel.h"

namespace descent::data {
namespace {

using kernels::parallel_for;

/// How many of the texts tell what a column holds.
constexpr std::size_t kTextsLookedAt = 20'000;
constexpr std::int64_t kRowsAtOnce = 512;
/// N-grams that are counted at once: it bounds the memory.
constexpr std::size_t kMostCounted = std::size_t{1} << 22;
/// Runs of characters count where more than this part of the words is met once only.
constexpr double kManySingles = 0.15;

/// In how many texts n-grams are. Where they get too many those that are rare so far are forgotten, and later ones
/// begin with what they may have had (lossy counting: Manku and Motwani, 2002).
class TermCounter {
 public:
  void add(std::string_view ngram, std::size_t row) {
    const auto text = static_cast<std::uint32_t>(row);
    const auto [found, fresh] =
        counts_.try_emplace(std::hash<std::string_view>()(ngram), Count{forgotten_, text, text, met_});
    if (fresh) ++met_;
    if (!fresh && found->second.last_row == text) return;
    ++found->second.texts;
    found->second.last_row = text;
    if (counts_.size() > kMostCounted) forget();
  }

  /// Those in at least two texts, the commonest first, at most `most`: by the row that each was met in first, its hash.
  struct Found {
    std::uint32_t texts, row;
    std::uint64_t met;
    std::size_t hash;
  };
  std::vector<Found> commonest(std::size_t most) const {
    std::vector<Found> found;
    for (const auto& [hash, count] : counts_)
      if (count.texts >= 2) found.push_back({count.texts, count.first_row, count.met, hash});
    std::ranges::sort(
        found, [](const Found& a, const Found& b) { return a.texts != b.texts ? a.texts > b.texts : a.met < b.met; });
    if (found.size() > most) found.resize(most);
    return found;
  }

 private:
  struct Count {
    std::uint32_t texts, first_row, last_row;
    std::uint64_t met;  // how many different ones before
  };

  void forget() {
    while (counts_.size() > kMostCounted / 2) {
      ++forgotten_;
      std::erase_if(counts_, [&](const auto& entry) { return entry.second.texts <= forgotten_; });
    }
  }

  std::unordered_map<std::size_t, Count> counts_;
  std::uint32_t forgotten_ = 0;
  std::uint64_t met_ = 0;
};

/// Whether more of the words than kManySingles are met once.
bool are_words_rare(const Column& column, const Rows& rows) {
  NgramWalk walk({.words = 1});
  std::unordered_map<std::size_t, bool> is_single;
  std::size_t words = 0, looked_at = 0;
  for (const std::size_t row : rows) {
    if (column.missing(row)) continue;
    if (++looked_at > kTextsLookedAt) break;
    walk(column.text(row), [&](std::string_view word) {
      ++words;
      const auto [found, fresh] = is_single.try_emplace(std::hash<std::string_view>()(word), true);
      if (!fresh) found->second = false;
    });
  }
  const auto singles = std::ranges::count_if(is_single, [](const auto& word) { return word.second; });
  return static_cast<double>(singles) > kManySingles * static_cast<double>(words);
}

/// A feature's column, and where its terms are.
struct TextColumn {
  const Column* column;
  const TextTerms* texts;
  std::unordered_map<std::string_view, std::int32_t> columns;
};

void encode(const TextColumn& of, std::size_t row, NgramWalk& walk, std::vector<std::int32_t>& found,
            SparseRows& rows) {
  if (of.column->missing(row)) return;
  found.clear();
  walk(of.column->text(row), [&](std::string_view ngram) {
    if (const auto term = of.columns.find(ngram); term != of.columns.end()) found.push_back(term->second);
  });
  std::ranges::sort(found);
  found.erase(std::unique(found.begin(), found.end()), found.end());
  const auto value = static_cast<float>(1 / std::sqrt(static_cast<double>(found.size())));
  rows.columns.insert(rows.columns.end(), found.begin(), found.end());
  rows.values.insert(rows.values.end(), found.size(), value);
}

}  // namespace

bool reads_as_texts(const Column& column, const Rows& rows, std::size_t values, std::size_t different) {
  if (values < 20 || 2 * different < values) return false;
  std::size_t looked_at = 0, words = 0;
  for (const std::size_t row : rows) {
    if (column.missing(row)) continue;
    if (looked_at == kTextsLookedAt) break;
    ++looked_at;
    std::size_t of_text = 0;
    for_each_word(column.text(row), "texts", [&](std::string_view) { return ++of_text < kMostWords; });
    words += of_text;
  }
  return words >= 3 * looked_at;
}

TextTerms learn_terms(const Column& column, const Rows& rows) {
  TextTerms learnt{.ngrams = {.words = 2}, .terms = {}};
  if (are_words_rare(column, rows)) learnt.ngrams = {.words = 2, .least_characters = 2, .most_characters = 5};
  NgramWalk walk(learnt.ngrams);
  TermCounter counter;
  for (const std::size_t row : rows) {
    if (!column.missing(row)) walk(column.text(row), [&](std::string_view ngram) { counter.add(ngram, row); });
  }
  // What they are called is read where they were met first.
  const std::vector<TermCounter::Found> found = counter.commonest(kMaxTerms);
  std::unordered_map<std::size_t, std::size_t> places;
  for (std::size_t i = 0; i < found.size(); ++i) places.emplace(found[i].hash, i);
  std::unordered_set<std::uint32_t> first_rows;
  for (const TermCounter::Found& term : found) first_rows.insert(term.row);
  learnt.terms.resize(found.size());
  for (const std::size_t row : rows) {
    if (!first_rows.contains(static_cast<std::uint32_t>(row))) continue;
    walk(column.text(row), [&](std::string_view ngram) {
      const auto place = places.find(std::hash<std::string_view>()(ngram));
      if (place != places.end() && learnt.terms[place->second].empty()) learnt.terms[place->second] = ngram;
    });
  }
  return learnt;
}

SparseRows encode_texts(const Features& features, const Table& table, const Rows& rows) {
  std::vector<TextColumn> columns;
  std::int32_t next = 0;
  for (const Feature& feature : features.columns) {
    if (!feature.texts) continue;
    TextColumn& column = columns.emplace_back(TextColumn{&find_column(table, feature.name), &*feature.texts, {}});
    for (const std::string& term : feature.texts->terms) column.columns.emplace(term, next++);
  }
  if (columns.empty()) return {};
  const auto count = static_cast<std::int64_t>(rows.size());
  std::vector<SparseRows> parts((rows.size() + kRowsAtOnce - 1) / kRowsAtOnce);
  parallel_for(count, kRowsAtOnce, [&](std::int64_t begin, std::int64_t end) {
    SparseRows& part = parts[static_cast<std::size_t>(begin / kRowsAtOnce)];
    std::vector<NgramWalk> walks;
    for (const TextColumn& column : columns) walks.emplace_back(column.texts->ngrams);
    std::vector<std::int32_t> found;
    for (std::int64_t i = begin; i < end; ++i) {
      for (std::size_t k = 0; k < columns.size(); ++k)
        encode(columns[k], rows[static_cast<std::size_t>(i)], walks[k], found, part);
      part.end_row();
    }
  });
  SparseRows encoded;
  for (const SparseRows& part : parts) encoded.append(part);
  return encoded;
}

}  // namespace descent::data
