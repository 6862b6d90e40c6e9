#include "eval/draw/table_text.h"

#include <cctype>
#include <string_view>

#include "core/files.h"
#include "core/text.h"

namespace myoseg {
namespace {

bool is_one_of(std::string_view characters, char c) {
  return characters.find(c) != std::string_view::npos;
}

std::string escaped_latex(const std::string& words) {
  const std::string cell = one_line(words);
  // After the "\\\\" of the row above these would be its options.
  std::string text = cell.starts_with('[') || cell.starts_with('*') ? "{}" : "";
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
        symbol("<", "$<$") || symbol(">", "$>$") || symbol("≤", "$\\le$") || symbol("|", "$|$"))
      continue;
    if (is_one_of("&%$#_{}", cell[i])) text += '\\';
    text += cell[i];
  }
  return text;
}

std::string escaped_markdown(const std::string& words) {
  const std::string cell = one_line(words);
  std::string text;
  for (std::size_t i = 0; i < cell.size(); ++i) {
    const char next = i + 1 < cell.size() ? cell[i + 1] : ' ';
    const bool word = std::isalpha(static_cast<unsigned char>(next)) != 0;
    // Alone, as in "<0.05" or "[0.1, 0.2]", these begin no tag, no entity and no link.
    const bool begins = (cell[i] == '<' && (word || is_one_of("/!?", next))) ||
                        (cell[i] == '&' && (word || next == '#')) ||
                        (cell[i] == ']' && is_one_of("([:", next));
    if (begins || is_one_of("|\\*_`$~", cell[i])) text += '\\';
    text += cell[i];
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
    markdown += "\n" + escaped_markdown(note) + "\n";
    latex += "% " + one_line(note) + "\n";
  }
  write_file(stem.string() + ".csv", to_csv(exact));
  write_file(stem.string() + ".md", markdown);
  write_file(stem.string() + ".tex", latex);
}

}  // namespace myoseg
