package lambda

import "time"

// wallNow is the real time, which the functions' processes share with this
// one: deadlines they compare with their own clock, and durations they took.
// Everything else in this package asks Config.Clock.
func wallNow() time.Time { return time.Now() }

// wallTimer fires after a real duration: timeouts of running processes, which
// must not fire because a test advanced the emulator's clock.
func wallTimer(d time.Duration) *time.Timer { return time.NewTimer(d) }

// wallTicker fires again and again after a real duration.
func wallTicker(d time.Duration) *time.Ticker { return time.NewTicker(d) }
