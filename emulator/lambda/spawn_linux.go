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
func peakMemoryMB(pid int) int { return memoryMB(pid, "VmHWM:") }

// residentMB is the memory the process uses now. Source: proc(5), VmRSS.
func residentMB(pid int) int { return memoryMB(pid, "VmRSS:") }

func memoryMB(pid int, field string) int {
	status, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/status")
	if err != nil {
		return 0
	}
	_, rest, ok := bytes.Cut(status, []byte(field))
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
