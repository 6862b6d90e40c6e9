// Tables for readers: Markdown and LaTeX.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/table/table.h"

namespace myoseg {

[[nodiscard]] std::string to_markdown(const Table& table);
[[nodiscard]] std::string to_latex(const Table& table);

// STEM.csv of the exact table; STEM.md and STEM.tex of the readable one with the notes under it.
void write_table(const std::filesystem::path& stem, const Table& exact, const Table& readable,
                 const std::vector<std::string>& notes);

}  // namespace myoseg
