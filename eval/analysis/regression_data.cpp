#include "eval/analysis/regression_data.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/error.h"
#include "core/names.h"

namespace myoseg {
namespace {

const std::string kTwin = "_label";

// Where a column's values stand: the label's in its twin where there is one.
struct Place {
  std::string column;
  std::optional<std::size_t> label, prediction;
};

Place place_of(const Table& table, const std::string& column) {
  Place place{column, table.find_column(column + kTwin), table.find_column(column)};
  if (!place.label) place.label = place.prediction;
  return place;
}

std::string case_name(const Table& table, std::size_t row) {
  const auto column = table.find_column("case");
  return column ? table.rows[row][*column] : fmt::format("row {}", row + 2);
}

void take(Cells& cells, const Table& table, std::size_t row, const std::string& column,
          std::optional<std::size_t> place) {
  if (place && !is_missing(table.rows[row][*place]))
    cells[column] = cell_of(table.rows[row][*place]);
}

// The rows of one table; a response that is no number is an error.
void add_cases(RegressionData& data, const Table& table) {
  const Place response = place_of(table, data.response);
  std::vector<Place> places;
  for (const std::string& column : columns_of(data.terms))
    places.push_back(place_of(table, column));
  for (std::size_t r = 0; r < table.rows.size(); ++r) {
    RegressionCase& one = data.cases.emplace_back();
    one.id = case_name(table, r);
    if (response.label && !is_missing(table.rows[r][*response.label])) {
      one.response = table.number(r, *response.label);
      if (!std::isfinite(*one.response)) one.response.reset();
    }
    for (const Place& place : places) {
      take(one.manual, table, r, place.column, place.label);
      take(one.network, table, r, place.column, place.prediction);
    }
  }
}

void hold_out(RegressionData& data, const AnalysisCases& of) {
  const std::size_t rows = of.cases.rows.size();
  if (of.training == nullptr) {
    for (std::size_t i = 0; i < rows; ++i) data.cases[i].held_out = static_cast<int>(i);
    return;
  }
  const std::size_t fold = of.cases.column("fold");
  std::set<int> folds;
  for (std::size_t i = 0; i < rows; ++i) {
    data.cases[i].held_out = static_cast<int>(of.cases.number(i, fold));
    folds.insert(*data.cases[i].held_out);
  }
  data.held_out = folds.size() > 1 ? HeldOut::folds : HeldOut::test_set;
}

void check_reference(const RegressionData& data, const ReferenceLevel& reference,
                     const Table& table) {
  const std::string& column = table.columns[column_of(table, reference.column)];
  std::set<std::string> levels;
  for (const RegressionCase& one : data.cases)
    if (const auto cell = one.manual.find(column); cell != one.manual.end())
      levels.insert(cell->second.text);
  const std::vector<std::string> known(levels.begin(), levels.end());
  if (!data.categorical.contains(column) || known.empty())
    throw data_error("{}: reference: the column '{}' is in no term or not categorical", data.source,
                     column);
  if (!levels.contains(reference.level))
    throw data_error("{}: reference: no case has the {} '{}'{}; there are {}", data.source, column,
                     reference.level, did_you_mean(reference.level, known), join_some(known));
}

// Columns that are named so, and those without any number.
void find_categorical(RegressionData& data, const RegressionOptions& options, const Table& table) {
  const std::vector<std::string> used = columns_of(data.terms);
  for (const std::string& name : options.categorical) {
    const std::string& column = table.columns[column_of(table, name)];
    if (std::find(used.begin(), used.end(), column) == used.end())
      throw data_error("{}: categorical: the column '{}' is in no term", data.source, column);
    data.categorical.insert(column);
  }
  for (const std::string& column : used) {
    if (data.categorical.contains(column)) continue;
    const Cell* text = nullptr;
    bool numbers = false;
    const std::string* of = nullptr;
    for (const RegressionCase& one : data.cases)
      for (const Cells* cells : {&one.manual, &one.network})
        if (const auto cell = cells->find(column); cell != cells->end()) {
          numbers = numbers || cell->second.number.has_value();
          if (!cell->second.number && text == nullptr) text = &cell->second, of = &one.id;
        }
    if (text == nullptr) continue;
    if (numbers)
      throw data_error(
          "{}: case {}: its {} is '{}', which is no number; correct it, or name the column in "
          "categorical",
          data.source, *of, column, text->text);
    data.categorical.insert(column);
  }
  for (const Term& term : data.terms)
    for (const Factor& factor : term)
      if (data.categorical.contains(factor.column) &&
          (factor.transform != Transform::none || factor.power != 1))
        throw data_error("{}: the term '{}': '{}' is categorical, of which there is no {}",
                         data.source, text_of(term), factor.column, text_of(factor));
  for (const ReferenceLevel& one : options.reference) check_reference(data, one, table);
}

}  // namespace

void describe(Fields& f, ReferenceLevel& o) {
  f("column", o.column, kAny.must_be_given(), "A categorical column.");
  f("level", o.level, kAny.must_be_given(), "The level that the others are compared with.");
}

void describe(Fields& f, RegressionOptions& o) {
  f("response", o.response, kAny.must_be_given(), "Column that is explained.");
  f("terms", o.terms, kAny.must_be_given(),
    "What explains it: columns, powers (area^2), log(area), sqrt(area), products (age:area), and "
    "a*b for a, b and a:b.");
  f("categorical", o.categorical,
    "Columns of numbers that name groups; a column without any number is categorical by itself.");
  f("reference", o.reference,
    "Levels that the others of their column are compared with, a list of {column, level}; else the "
    "first in sorted order.");
  f("confidence", o.confidence, Limits{.low = 0, .high = 1, .low_open = true, .high_open = true},
    "Of all intervals.");
  f("paper_icc", o.paper_icc,
    "The paper's ICC of predicted and true values, to stand beside ours.");
  f("paper_r2", o.paper_r2, kFraction, "The paper's R2, likewise.");
  f("notes", o.notes, "Remarks that stand under the table, such as what a paper printed.");
  f.require(!o.terms.empty(), "terms must name at least one term");
}

RegressionData regression_data(const RegressionOptions& options, const AnalysisCases& of) {
  const Table& table = of.cases;
  RegressionData data;
  data.source = table.source;
  const auto spelled = [&](const std::string& name) {
    return table.columns[column_of(table, name)];
  };
  data.response = spelled(options.response);
  data.terms = read_terms(
      options.terms, [&](const std::string& name) { return table.find_column(name).has_value(); },
      spelled);
  const std::vector<std::string> columns = columns_of(data.terms);
  if (std::find(columns.begin(), columns.end(), data.response) != columns.end())
    throw data_error("{}: the response '{}' is in its own terms; leave it out of them", data.source,
                     data.response);
  for (const std::string& column : columns)
    data.two_masks = data.two_masks || table.find_column(column + kTwin).has_value();
  data.of_labels = data.two_masks || table.find_column(data.response + kTwin).has_value();
  add_cases(data, table);
  if (of.training != nullptr) add_cases(data, *of.training);
  hold_out(data, of);
  find_categorical(data, options, table);
  return data;
}

}  // namespace myoseg
