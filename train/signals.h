// Asking a training to stop after its current step.
#pragma once

namespace myoseg {

// SIGINT, SIGTERM and SIGUSR1 ask for a stop after the current step; a second one ends the process.
void stop_on_signals();
[[nodiscard]] bool stop_requested();
// The same request without a signal, and taking it back.
void request_stop();
void withdraw_stop();

}  // namespace myoseg
