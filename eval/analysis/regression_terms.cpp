#include "eval/analysis/regression_terms.h"

#include <algorithm>
#include <cmath>

#include "core/choice.h"
#include "core/error.h"
#include "core/names.h"
#include "core/table/table.h"

namespace myoseg {
namespace {

constexpr std::size_t kMostCrossed = 8;  // by '*': 255 terms

std::string trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(' ');
  if (first == std::string_view::npos) return {};
  return std::string(text.substr(first, text.find_last_not_of(' ') - first + 1));
}

// Whether the sign at `at` stands in backticks or brackets.
bool is_inside(std::string_view text, std::size_t at) {
  bool quoted = false;
  int depth = 0;
  for (std::size_t i = 0; i < at; ++i) {
    if (text[i] == '`') quoted = !quoted;
    if (!quoted && text[i] == '(') ++depth;
    if (!quoted && text[i] == ')') --depth;
  }
  return quoted || depth > 0;
}

class TermReader {
 public:
  TermReader(const std::function<bool(const std::string&)>& is_column,
             const std::function<std::string(const std::string&)>& column)
      : is_column_(is_column), column_(column) {}

  void read(const std::string& text) {
    const std::string whole = trimmed(text);
    if (is_column_(whole)) return add({{column_(whole)}});
    // Factors that ':' joins are one; '*' crosses what it joins.
    std::vector<Term> crossed(1);
    std::size_t begin = 0;
    for (std::size_t at = 0; at <= whole.size(); ++at) {
      const bool ends = at == whole.size();
      if (!ends && ((whole[at] != '*' && whole[at] != ':') || is_inside(whole, at))) continue;
      crossed.back().push_back(factor(trimmed(whole.substr(begin, at - begin)), text));
      begin = at + 1;
      if (!ends && whole[at] == '*') crossed.emplace_back();
    }
    if (crossed.size() > kMostCrossed)
      throw data_error(
          "the term '{}' crosses {} factors, of which every product would be a term; "
          "cross at most {}",
          text, crossed.size(), kMostCrossed);
    add_crossed(crossed);
  }
  [[nodiscard]] std::vector<Term> take() { return std::move(terms_); }

 private:
  void add(Term term) {
    const auto same = [&](const Term& other) { return text_of(other) == text_of(term); };
    if (std::none_of(terms_.begin(), terms_.end(), same)) terms_.push_back(std::move(term));
  }
  // Every product of some of them, those of few first.
  void add_crossed(const std::vector<Term>& parts) {
    for (std::size_t size = 1; size <= parts.size(); ++size)
      for (std::size_t chosen = 1; chosen < std::size_t{1} << parts.size(); ++chosen) {
        Term product;
        std::size_t count = 0;
        for (std::size_t p = 0; p < parts.size(); ++p)
          if ((chosen >> p & 1) != 0) {
            product.insert(product.end(), parts[p].begin(), parts[p].end());
            ++count;
          }
        if (count == size) add(std::move(product));
      }
  }
  [[nodiscard]] Factor factor(const std::string& text, const std::string& term) const {
    if (text.empty()) throw data_error("the term '{}' lacks a factor", term);
    if (is_column_(text)) return {column_(text)};
    std::string base = text;
    Factor factor;
    if (const auto caret = text.rfind('^'); caret != std::string::npos && !is_inside(text, caret)) {
      const auto power = as_number(trimmed(text.substr(caret + 1)));
      if (!power || !std::isfinite(*power))
        throw data_error("the term '{}': the power is '{}', which is no number", term,
                         trimmed(text.substr(caret + 1)));
      factor.power = *power;
      base = trimmed(text.substr(0, caret));
    }
    for (const Transform transform : {Transform::log, Transform::sqrt}) {
      const std::string head = std::string(name_of(transform)) + "(";
      if (is_column_(base) || !base.starts_with(head) || !base.ends_with(')')) continue;
      factor.transform = transform;
      base = trimmed(base.substr(head.size(), base.size() - head.size() - 1));
    }
    if (base.size() > 2 && base.front() == '`' && base.back() == '`')
      base = base.substr(1, base.size() - 2);
    factor.column = column_(base);
    return factor;
  }

  const std::function<bool(const std::string&)>& is_column_;
  const std::function<std::string(const std::string&)>& column_;
  std::vector<Term> terms_;
};

// Two levels that are one number are one level.
bool same_level(const Cell& cell, const std::string& level) {
  if (cell.text == level) return true;
  const auto number = as_number(level);
  return cell.number && number && *cell.number == *number;
}

// What a factor makes of a case: one number, or one of each level but the reference.
struct CodedFactor {
  std::vector<double> values;
  std::string problem;
};
CodedFactor code_level(const std::string& column, const std::vector<std::string>& levels,
                       const Cell& cell) {
  CodedFactor result;
  bool known = false;
  for (std::size_t i = 0; i < levels.size(); ++i) {
    const bool is = same_level(cell, levels[i]);
    known = known || is;
    if (i > 0) result.values.push_back(is ? 1 : 0);
  }
  if (!known)
    result.problem = fmt::format("its {} is '{}', and the regression knows {} alone", column,
                                 cell.text, join(levels));
  return result;
}
CodedFactor code_number(const Factor& factor, const Cell& cell) {
  if (!cell.number)
    return {{}, fmt::format("its {} is '{}', which is no number", factor.column, cell.text)};
  double value = *cell.number;
  if (factor.transform == Transform::log) value = std::log(value);
  if (factor.transform == Transform::sqrt) value = std::sqrt(value);
  value = factor.power == 1 ? value : std::pow(value, factor.power);
  if (!std::isfinite(*cell.number))
    return {{}, fmt::format("its {} is {}, which is too large", factor.column, cell.text)};
  if (!std::isfinite(value))
    return {{},
            fmt::format("its {} is {}, of which {} is no number", factor.column,
                        format_number(*cell.number), text_of(factor))};
  return {{value}, ""};
}

}  // namespace

std::string text_of(const Factor& factor) {
  std::string text = factor.column;
  if (factor.transform != Transform::none)
    text = fmt::format("{}({})", name_of(factor.transform), text);
  return factor.power == 1 ? text : text + "^" + format_number(factor.power);
}

std::string text_of(const Term& term) {
  std::vector<std::string> factors;
  for (const Factor& factor : term) factors.push_back(text_of(factor));
  return join(factors, ":");
}

std::vector<Term> read_terms(const std::vector<std::string>& texts,
                             const std::function<bool(const std::string&)>& is_column,
                             const std::function<std::string(const std::string&)>& column) {
  TermReader reader(is_column, column);
  for (const std::string& text : texts) reader.read(text);
  return reader.take();
}

std::vector<std::string> columns_of(const std::vector<Term>& terms) {
  std::vector<std::string> columns;
  for (const Term& term : terms)
    for (const Factor& factor : term)
      if (std::find(columns.begin(), columns.end(), factor.column) == columns.end())
        columns.push_back(factor.column);
  return columns;
}

Cell cell_of(const std::string& text) { return {text, as_number(text)}; }

std::vector<RegressorName> regressors_of(const TermCoding& coding) {
  std::vector<RegressorName> names;
  for (std::size_t t = 0; t < coding.terms.size(); ++t) {
    std::vector<RegressorName> products{{"", t}};
    for (const Factor& factor : coding.terms[t]) {
      const auto levels = coding.levels.find(factor.column);
      std::vector<RegressorName> longer;
      for (const RegressorName& one : products) {
        const std::string before = one.name.empty() ? "" : one.name + ":";
        if (levels == coding.levels.end()) {
          longer.push_back({before + text_of(factor), t, one.level});
          continue;
        }
        for (std::size_t l = 1; l < levels->second.size(); ++l)
          longer.push_back({fmt::format("{}{}[{}]", before, factor.column, levels->second[l]), t,
                            one.level + (one.level.empty() ? "" : ", ") + levels->second[l] +
                                " against " + levels->second[0]});
      }
      products = std::move(longer);
    }
    for (RegressorName& one : products) names.push_back(std::move(one));
  }
  return names;
}

CodedCase code(const TermCoding& coding, const Cells& cells) {
  CodedCase result;
  for (const Term& term : coding.terms) {
    std::vector<double> products{1};
    for (const Factor& factor : term) {
      const auto cell = cells.find(factor.column);
      if (cell == cells.end()) return {{}, fmt::format("its {} is missing", factor.column)};
      const auto levels = coding.levels.find(factor.column);
      const CodedFactor coded = levels == coding.levels.end()
                                    ? code_number(factor, cell->second)
                                    : code_level(factor.column, levels->second, cell->second);
      if (!coded.problem.empty()) return {{}, coded.problem};
      std::vector<double> longer;
      for (const double product : products)
        for (const double value : coded.values) longer.push_back(product * value);
      products = std::move(longer);
    }
    result.values.insert(result.values.end(), products.begin(), products.end());
  }
  return result;
}

}  // namespace myoseg
