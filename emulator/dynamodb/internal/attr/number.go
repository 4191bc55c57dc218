package attr

import (
	"errors"
	"math/big"
	"strconv"
	"strings"
)

// maxDigits is the precision of a number.
const maxDigits = 38

// Numbers refused by ParseNumber and Add, in AWS's words.
var (
	ErrNumberSyntax    = errors.New("The parameter cannot be converted to a numeric value")
	ErrNumberOverflow  = errors.New("Number overflow. Attempting to store a number with magnitude larger than supported range")
	ErrNumberUnderflow = errors.New("Number underflow. Attempting to store a number with magnitude smaller than supported range")
	ErrNumberPrecision = errors.New("Attempting to store more than 38 significant digits in a Number")
)

// decimal is ±0.d1d2d3… × 10^point with no zero at either end of digits; zero
// has no digits.
type decimal struct {
	neg    bool
	digits string // '0'–'9'
	point  int
}

// ParseNumber reads a number and returns its canonical text: plain notation
// without an exponent, a plus sign, or zeros that say nothing ("1.50" and
// "15E-1" are both "1.5"). Errors: ErrNumberSyntax, ErrNumberOverflow above
// 9.99…E+125, ErrNumberUnderflow below 1E-130, ErrNumberPrecision beyond 38
// digits.
func ParseNumber(s string) (string, error) {
	if isPlainInteger(s) {
		return s, nil
	}
	d, err := parseDecimal(s)
	if err != nil {
		return "", err
	}
	if err := d.check(); err != nil {
		return "", err
	}
	return d.String(), nil
}

// isPlainInteger reports whether s is canonical and short enough for an int64,
// which nearly all numbers are.
func isPlainInteger(s string) bool {
	t := strings.TrimPrefix(s, "-")
	if len(t) == 0 || len(t) > 18 || t[0] == '0' && s != "0" {
		return false
	}
	for i := range len(t) {
		if t[i] < '0' || t[i] > '9' {
			return false
		}
	}
	return true
}

func parseDecimal(s string) (decimal, error) {
	var d decimal
	t := s
	switch {
	case strings.HasPrefix(t, "-"):
		d.neg, t = true, t[1:]
	case strings.HasPrefix(t, "+"):
		t = t[1:]
	}
	exponent := 0
	if i := strings.IndexAny(t, "eE"); i >= 0 {
		e, err := strconv.Atoi(t[i+1:])
		if err != nil {
			return d, ErrNumberSyntax
		}
		exponent, t = max(min(e, 100_000), -100_000), t[:i]
	}
	whole, fraction, _ := strings.Cut(t, ".")
	if whole == "" && fraction == "" {
		return d, ErrNumberSyntax
	}
	digits := whole + fraction
	for i := range len(digits) {
		if digits[i] < '0' || digits[i] > '9' {
			return d, ErrNumberSyntax
		}
	}
	d.digits, d.point = digits, len(whole)+exponent
	if strings.Trim(digits, "0") == "" { // zero is checked by the exponent it is written with
		switch magnitude := exponent - len(fraction); {
		case magnitude > 125:
			return d, ErrNumberOverflow
		case magnitude < -130:
			return d, ErrNumberUnderflow
		}
	}
	return d.trim(), nil
}

// trim takes the zeros off both ends.
func (d decimal) trim() decimal {
	lead := len(d.digits) - len(strings.TrimLeft(d.digits, "0"))
	d.digits, d.point = d.digits[lead:], d.point-lead
	d.digits = strings.TrimRight(d.digits, "0")
	if d.digits == "" {
		return decimal{}
	}
	return d
}

func (d decimal) check() error {
	switch {
	case d.digits == "":
		return nil
	case d.point > 126:
		return ErrNumberOverflow
	case d.point < -129:
		return ErrNumberUnderflow
	case len(d.digits) > maxDigits:
		return ErrNumberPrecision
	}
	return nil
}

func (d decimal) String() string {
	if d.digits == "" {
		return "0"
	}
	var b strings.Builder
	if d.neg {
		b.WriteByte('-')
	}
	switch n := len(d.digits); {
	case d.point <= 0:
		b.WriteString("0.")
		b.WriteString(strings.Repeat("0", -d.point))
		b.WriteString(d.digits)
	case d.point >= n:
		b.WriteString(d.digits)
		b.WriteString(strings.Repeat("0", d.point-n))
	default:
		b.WriteString(d.digits[:d.point])
		b.WriteByte('.')
		b.WriteString(d.digits[d.point:])
	}
	return b.String()
}

// mustDecimal reads canonical text, which always parses.
func mustDecimal(s string) decimal {
	d, err := parseDecimal(s)
	if err != nil {
		panic("attr: number is not canonical: " + s)
	}
	return d
}

// CompareNumbers orders two canonical numbers by value.
func CompareNumbers(a, b string) int {
	if a == b {
		return 0
	}
	if isPlainInteger(a) && isPlainInteger(b) {
		x, _ := strconv.ParseInt(a, 10, 64) // cannot fail: at most 18 digits
		y, _ := strconv.ParseInt(b, 10, 64)
		if x < y {
			return -1
		}
		return 1
	}
	return strings.Compare(string(appendNumberKey(nil, a)), string(appendNumberKey(nil, b)))
}

// Add returns the canonical sum of two canonical numbers. Errors as
// ParseNumber's.
func Add(a, b string) (string, error) {
	if isPlainInteger(a) && isPlainInteger(b) {
		x, _ := strconv.ParseInt(a, 10, 64) // cannot fail and cannot overflow: at most 18 digits each
		y, _ := strconv.ParseInt(b, 10, 64)
		return strconv.FormatInt(x+y, 10), nil
	}
	x, y := mustDecimal(a), mustDecimal(b)
	scale := min(x.scale(), y.scale())
	sum := new(big.Int).Add(x.unscaled(scale), y.unscaled(scale))
	text := sum.Text(10)
	d := decimal{neg: sum.Sign() < 0, digits: strings.TrimPrefix(text, "-")}
	d.point = len(d.digits) + scale
	d = d.trim()
	if err := d.check(); err != nil {
		return "", err
	}
	return d.String(), nil
}

// Subtract returns a-b; see Add.
func Subtract(a, b string) (string, error) { return Add(a, Negate(b)) }

// Negate returns the number with the other sign.
func Negate(a string) string {
	switch {
	case a == "0":
		return a
	case strings.HasPrefix(a, "-"):
		return a[1:]
	}
	return "-" + a
}

// scale is the power of ten of the last digit.
func (d decimal) scale() int { return d.point - len(d.digits) }

func (d decimal) unscaled(scale int) *big.Int {
	n := new(big.Int)
	if d.digits == "" {
		return n
	}
	n.SetString(d.digits+strings.Repeat("0", d.scale()-scale), 10)
	if d.neg {
		n.Neg(n)
	}
	return n
}

// numberSize is one byte, one for every two digits before the decimal point and
// for every two after it, and one for a minus sign; zeros at both ends say
// nothing and count nothing. Source: the public suite
// paritysuite/dynamodb-conformance, which measured it on AWS to the byte; the
// Developer Guide only gives "approximately".
func numberSize(s string) int {
	if s == "0" {
		return 1
	}
	d := mustDecimal(s)
	whole := min(max(d.point, 0), len(d.digits))
	n := 1 + (whole+1)/2 + (len(d.digits)-whole+1)/2
	if d.neg {
		n++
	}
	return n
}
