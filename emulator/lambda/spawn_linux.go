package lambda

import (
	"bytes"
	"os"
	"strconv"
	"syscall"
)

func childAttributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}

// peakMemoryMB is the most memory the process has used so far, rounded up;
// 0 when it is gone. Source: proc(5), VmHWM.
func peakMemoryMB(pid int) int {
	status, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/status")
	if err != nil {
		return 0
	}
	_, rest, ok := bytes.Cut(status, []byte("VmHWM:"))
	if !ok {
		return 0
	}
	number, _, _ := bytes.Cut(bytes.TrimSpace(rest), []byte(" "))
	kb, err := strconv.Atoi(string(number))
	if err != nil {
		return 0
	}
	return (kb + 1023) / 1024
}
