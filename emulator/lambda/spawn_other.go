//go:build unix && !linux

package lambda

import "syscall"

// childAttributes: without Pdeathsig a killed emulator's idle processes end
// when their poll of the Runtime API breaks, and busy ones at their next call.
func childAttributes() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }

// Memory is not to be had while the process runs: reports say 0, and nothing is
// killed for using too much.
func peakMemoryMB(int) int { return 0 }
func residentMB(int) int   { return 0 }
