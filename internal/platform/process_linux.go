package platform

import "syscall"

// childAttributes give each child a process group of its own, so that Ctrl-C
// reaches the platform alone and the platform decides the order of stopping,
// and send it the signal orphan when the platform was killed. (Linux sends it
// when the forking thread ends; nothing here locks goroutines to threads, so Go
// keeps them all.)
func childAttributes(orphan syscall.Signal) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: orphan}
}
