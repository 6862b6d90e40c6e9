// Pictures of how two readers agree.
#pragma once

#include <string>

#include "eval/agreement/agreement.h"
#include "eval/draw/gnuplot.h"

namespace myoseg {

// Two panels: the first reader's values against the second's with the line of identity and the
// least-squares line, and the Bland-Altman plot with bias, limits and their 95 % intervals. An
// empty script, and a caption that says why, when there are fewer than two cases.
[[nodiscard]] Figure agreement_figure(const AgreementReport& report, const Agreement& agreement,
                                      const PairAgreement& pair);

}  // namespace myoseg
