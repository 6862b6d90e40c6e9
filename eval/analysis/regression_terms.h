// The terms of a regression as a configuration writes them, and the numbers that they are of a
// case.
//
//   age            a column
//   area^2         a power of it (any number); log(area) and sqrt(area), and powers of these
//   area:age       the product of two factors
//   area*age       as in R and patsy: area, age and area:age
//   `HU (mean)`^2  a column whose name holds one of these signs
//
// A categorical column is one regressor for each level but the first, 1 in the cases of this level:
// "sex[M]" against F.
#pragma once

#include <array>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace myoseg {

enum class Transform { none, log, sqrt };
constexpr std::array<std::string_view, 3> choice_names(Transform) {
  return {"none", "log", "sqrt"};
}

struct Factor {
  std::string column;
  Transform transform = Transform::none;
  double power = 1;  // of the transformed value
};
[[nodiscard]] std::string text_of(const Factor& factor);  // "log(area)^2"

using Term = std::vector<Factor>;                     // the product of its factors
[[nodiscard]] std::string text_of(const Term& term);  // "log(area):age"

// Each term once, in the order of first appearance. `column`: the table's own spelling of a column,
// throwing where there is none; `is_column`: whether there is one. Error(bad_data) naming a term
// that cannot be read.
[[nodiscard]] std::vector<Term> read_terms(
    const std::vector<std::string>& texts, const std::function<bool(const std::string&)>& is_column,
    const std::function<std::string(const std::string&)>& column);
// Of all terms, each once.
[[nodiscard]] std::vector<std::string> columns_of(const std::vector<Term>& terms);

// What a case has in a column.
struct Cell {
  std::string text;
  std::optional<double> number;
};
[[nodiscard]] Cell cell_of(const std::string& text);
using Cells = std::map<std::string, Cell>;  // by column; a missing value is not there

struct TermCoding {
  std::vector<Term> terms;
  std::map<std::string, std::vector<std::string>> levels;  // of categorical columns; [0]: reference
};

// A column of the design.
struct RegressorName {
  std::string name;        // "sex[M]:age"
  std::size_t term = 0;    // of the coding
  std::string level = "";  // "M against F"; empty for numbers
};
[[nodiscard]] std::vector<RegressorName> regressors_of(const TermCoding& coding);

struct CodedCase {
  std::vector<double> values;  // of every regressor; empty where there is a problem
  std::string problem = "";    // "its age is missing"
};
[[nodiscard]] CodedCase code(const TermCoding& coding, const Cells& cells);

}  // namespace myoseg
