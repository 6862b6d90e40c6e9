// Text as a user must type it in a shell.
#pragma once

#include <string>
#include <string_view>

namespace myoseg {

// `text` as one word of a POSIX shell: bare where that is safe, in single quotes, or, when it has
// single quotes and nothing that double quotes leave special, in double quotes.
[[nodiscard]] std::string shell_word(std::string_view text);

}  // namespace myoseg
