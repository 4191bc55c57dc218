package cloudformation

import (
	"encoding/binary"
	"net/netip"
	"strconv"
)

// getAZs is Fn::GetAZs: the first three zones of a region, which every region
// has; the stack's own for an empty name.
func (s *scope) getAZs(arg any) (any, error) {
	region, err := s.text(arg)
	if err != nil {
		return nil, err
	}
	if region == "" {
		region, _ = s.pseudo["AWS::Region"].(string)
	}
	return []any{region + "a", region + "b", region + "c"}, nil
}

// cidr is Fn::Cidr: [block, count, bits] cuts count networks out of a block,
// each with so many bits for hosts, 32 less the prefix of IPv4.
func (s *scope) cidr(arg any) (any, error) {
	list, ok := arg.([]any)
	if !ok || len(list) < 2 || len(list) > 3 {
		return nil, errTemplate("every Fn::Cidr object requires an IpBlock, a count and optionally a number of bits")
	}
	block, err := s.text(list[0])
	if err != nil {
		return nil, err
	}
	numbers := [2]int{0, 0}
	for i, v := range list[1:] {
		text, err := s.text(v)
		if err != nil {
			return nil, err
		}
		if numbers[i], err = strconv.Atoi(text); err != nil {
			return nil, errTemplate("Fn::Cidr: %q is not a number", text)
		}
	}
	network, err := netip.ParsePrefix(block)
	if err != nil {
		return nil, errTemplate("Fn::Cidr: %s is not a network", block)
	}
	count, bits := numbers[0], numbers[1]
	total := network.Addr().BitLen()
	if len(list) == 2 {
		bits = total / 4 // 8 for IPv4, as AWS takes when nothing is said
	}
	prefix := total - bits
	if count < 1 || count > 256 || bits < 1 || prefix < network.Bits() || prefix-network.Bits() < 31 && count > 1<<(prefix-network.Bits()) {
		return nil, errTemplate("Fn::Cidr: %s has no %d networks with %d bits for hosts", block, count, bits)
	}
	out := make([]any, count)
	at := network.Masked().Addr()
	for i := range out {
		out[i] = netip.PrefixFrom(at, prefix).String()
		at = after(at, bits)
	}
	return out, nil
}

// after is an address 2^bits further.
func after(a netip.Addr, bits int) netip.Addr {
	b := a.As16()
	high, low := binary.BigEndian.Uint64(b[:8]), binary.BigEndian.Uint64(b[8:])
	if bits >= 64 {
		high += 1 << (bits - 64)
	} else {
		sum := low + 1<<bits
		if sum < low {
			high++
		}
		low = sum
	}
	binary.BigEndian.PutUint64(b[:8], high)
	binary.BigEndian.PutUint64(b[8:], low)
	next := netip.AddrFrom16(b)
	if a.Is4() {
		return next.Unmap()
	}
	return next
}
