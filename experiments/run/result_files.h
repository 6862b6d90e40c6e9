// What the commands that write tables, figures and a page into a folder leave there.
#pragma once

#include <filesystem>
#include <vector>

namespace myoseg {

// The files in `folder` that such a command may write over: its tables and page, and what lies in
// tables/ and figures/.
[[nodiscard]] std::vector<std::filesystem::path> result_files(const std::filesystem::path& folder);

}  // namespace myoseg
