#include "eval/table_text.h"

#include <string_view>

#include "core/files.h"

namespace myoseg {
namespace {

std::string escaped_latex(const std::string& cell) {
  std::string text;
  for (std::size_t i = 0; i < cell.size(); ++i) {
    const std::string_view rest = std::string_view(cell).substr(i);
    const auto symbol = [&](std::string_view utf8, const char* latex) {
      if (!rest.starts_with(utf8)) return false;
      text += latex;
      i += utf8.size() - 1;
      return true;
    };
    if (symbol("±", "$\\pm$") || symbol("–", "--") || symbol("−", "$-$") ||
        symbol("\\", "\\textbackslash{}") || symbol("~", "\\textasciitilde{}") ||
        symbol("^", "\\textasciicircum{}") ||
        // In LaTeX's usual text font these are other letters.
        symbol("<", "$<$") || symbol(">", "$>$") || symbol("≤", "$\\le$"))
      continue;
    if (std::string_view("&%$#_{}").find(cell[i]) != std::string_view::npos) text += '\\';
    text += cell[i];
  }
  return text;
}

std::string escaped_markdown(const std::string& cell) {
  std::string text;
  for (const char c : cell) {
    if (c == '|' || c == '\\' || c == '*' || c == '_' || c == '`') text += '\\';
    text += c == '\n' ? ' ' : c;
  }
  return text;
}

template <class Escape>
std::string joined(const std::vector<std::string>& cells, const char* between, Escape escape) {
  std::string line;
  for (std::size_t i = 0; i < cells.size(); ++i) line += (i == 0 ? "" : between) + escape(cells[i]);
  return line;
}

}  // namespace

std::string to_markdown(const Table& table) {
  const auto line = [](const std::vector<std::string>& cells) {
    return "| " + joined(cells, " | ", escaped_markdown) + " |\n";
  };
  std::string text = line(table.columns) + "|";
  for (std::size_t i = 0; i < table.columns.size(); ++i) text += i == 0 ? " :--- |" : " ---: |";
  text += '\n';
  for (const auto& row : table.rows) text += line(row);
  return text;
}

std::string to_latex(const Table& table) {
  const auto line = [](const std::vector<std::string>& cells) {
    return joined(cells, " & ", escaped_latex) + " \\\\\n";
  };
  const std::size_t others = table.columns.empty() ? 0 : table.columns.size() - 1;
  std::string text =
      "% \\usepackage{booktabs}\n\\begin{tabular}{l" + std::string(others, 'c') + "}\n\\toprule\n";
  text += line(table.columns) + "\\midrule\n";
  for (const auto& row : table.rows) text += line(row);
  return text + "\\bottomrule\n\\end{tabular}\n";
}

void write_table(const std::filesystem::path& stem, const Table& exact, const Table& readable,
                 const std::vector<std::string>& notes) {
  std::string markdown = to_markdown(readable), latex = to_latex(readable);
  for (const std::string& note : notes) {
    markdown += "\n" + note + "\n";
    latex += "% " + note + "\n";
  }
  write_file(stem.string() + ".csv", to_csv(exact));
  write_file(stem.string() + ".md", markdown);
  write_file(stem.string() + ".tex", latex);
}

}  // namespace myoseg
