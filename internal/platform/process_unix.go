//go:build unix

package platform

import "syscall"

// killGroup kills whatever is left of the child's process group. An empty
// group is no error.
func killGroup(pid int) { _ = syscall.Kill(-pid, syscall.SIGKILL) }
