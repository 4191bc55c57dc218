//go:build unix && !linux

package platform

import "syscall"

// childAttributes give each child a process group of its own, so that Ctrl-C
// reaches the platform alone and the platform decides the order of stopping.
// Only Linux knows how to end a killed platform's children.
func childAttributes(syscall.Signal) *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }
