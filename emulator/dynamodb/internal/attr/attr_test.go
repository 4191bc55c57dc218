package attr

import (
	"errors"
	"math/big"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/anikeshk/cumin/emulator/dynamodb/internal/pull"
)

func TestNumbersAreNormalisedAndBounded(t *testing.T) {
	t.Parallel()
	nines := strings.Repeat("9", 38)
	for _, c := range []struct {
		in, want string
		err      error
	}{
		{"0", "0", nil}, {"-0", "0", nil}, {"0.000", "0", nil}, {"+7", "7", nil}, {"007", "7", nil}, {"1.50", "1.5", nil},
		{".5", "0.5", nil}, {"5.", "5", nil}, {"1e3", "1000", nil}, {"1E+3", "1000", nil}, {"-15e-1", "-1.5", nil}, {"100", "100", nil},
		{nines, nines, nil}, {nines + "e87", nines + strings.Repeat("0", 87), nil},
		{"1e125", "1" + strings.Repeat("0", 125), nil}, {"1e126", "", ErrNumberOverflow}, {"-9.99e126", "", ErrNumberOverflow}, {"1e99999999999", "", ErrNumberOverflow},
		{"1e-130", "0." + strings.Repeat("0", 129) + "1", nil}, {"1e-131", "", ErrNumberUnderflow}, {"0e125", "0", nil}, {"0e126", "", ErrNumberOverflow}, {"0e-130", "0", nil}, {"0e-131", "", ErrNumberUnderflow},
		{"1e99999999999", "", ErrNumberOverflow}, {"1e9223372036854775808", "", ErrNumberSyntax},
		{nines + "1", "", ErrNumberPrecision}, {nines + "0", nines + "0", nil},
		{"", "", ErrNumberSyntax}, {"a", "", ErrNumberSyntax}, {"1.2.3", "", ErrNumberSyntax}, {"--1", "", ErrNumberSyntax}, {"1e", "", ErrNumberSyntax},
		{"NaN", "", ErrNumberSyntax}, {"Infinity", "", ErrNumberSyntax}, {"0x10", "", ErrNumberSyntax}, {" 1", "", ErrNumberSyntax}, {".", "", ErrNumberSyntax},
	} {
		got, err := ParseNumber(c.in)
		if got != c.want || !errors.Is(err, c.err) {
			t.Errorf("ParseNumber(%q): got %q, %v; want %q, %v", c.in, got, err, c.want, c.err)
		}
	}
}

// randomNumber is canonical, of any size and sign.
func randomNumber(r *rand.Rand) string {
	d := decimal{neg: r.IntN(2) == 0, point: r.IntN(20) - 10}
	if r.IntN(10) == 0 {
		d.point = r.IntN(256) - 129
	}
	digits := make([]byte, 1+r.IntN(6))
	for i := range digits {
		digits[i] = byte('0' + r.IntN(10))
	}
	d.digits = string(digits)
	return d.trim().String()
}

func rational(t *testing.T, s string) *big.Rat {
	t.Helper()
	x, ok := new(big.Rat).SetString(s)
	if !ok {
		t.Fatalf("%q is not a number", s)
	}
	return x
}

func TestNumbersOrderAndAddLikeExactOnes(t *testing.T) {
	t.Parallel()
	const seed = 7
	r := rand.New(rand.NewPCG(seed, 0))
	for range 20_000 {
		a, b := randomNumber(r), randomNumber(r)
		x, y := rational(t, a), rational(t, b)
		if got, want := CompareNumbers(a, b), x.Cmp(y); got != want {
			t.Fatalf("seed %d: compare %s with %s: got %d, want %d", seed, a, b, got, want)
		}
		keyA, keyB := AppendKey(nil, Value{Kind: N, Text: a}), AppendKey(nil, Value{Kind: N, Text: b})
		if got, want := slices.Compare(keyA, keyB), x.Cmp(y); got != want {
			t.Fatalf("seed %d: keys of %s and %s: got %d, want %d", seed, a, b, got, want)
		}
		sum, err := Add(a, b)
		if errors.Is(err, ErrNumberPrecision) || errors.Is(err, ErrNumberUnderflow) {
			continue
		}
		if err != nil {
			t.Fatalf("seed %d: %s + %s: %v", seed, a, b, err)
		}
		if rational(t, sum).Cmp(new(big.Rat).Add(x, y)) != 0 {
			t.Fatalf("seed %d: %s + %s: got %s", seed, a, b, sum)
		}
		if again, err := ParseNumber(sum); err != nil || again != sum {
			t.Fatalf("seed %d: sum %s is not canonical: %s, %v", seed, sum, again, err)
		}
	}
}

func TestTextKeysOrderLikeTheirBytes(t *testing.T) {
	t.Parallel()
	texts := []string{"", "\x00", "\x00\x00", "\x00\x01", "\x00\xff", "\x01", "a", "a\x00", "a\x00b", "ab", "b", "\xff", "\xff\xff"}
	for _, a := range texts {
		for _, b := range texts {
			// Followed by another key part, as in an index.
			x := AppendKey(AppendKey(nil, Value{Kind: B, Text: a}), Value{Kind: B, Text: "m"})
			y := AppendKey(AppendKey(nil, Value{Kind: B, Text: b}), Value{Kind: B, Text: "m"})
			if got, want := slices.Compare(x, y), strings.Compare(a, b); got != want {
				t.Errorf("%q and %q: got %d, want %d", a, b, got, want)
			}
			prefix := AppendKeyPrefix(nil, b)
			end := After(prefix)
			inside := string(x) >= string(prefix) && (end == "" || string(x) < end)
			if want := strings.HasPrefix(a, b); inside != want {
				t.Errorf("%q begins with %q: got %t, want %t", a, b, inside, want)
			}
		}
	}
}

func TestSegmentsCoverEveryHashOnce(t *testing.T) {
	t.Parallel()
	for _, total := range []int{1, 2, 3, 7, 1_000_000} {
		previous := ""
		for i := range min(total, 1000) {
			low, high := Segment(i, total)
			if low != previous {
				t.Fatalf("segment %d of %d begins at %x, the one before ends at %x", i, total, low, previous)
			}
			previous = high
		}
		if _, high := Segment(total-1, total); high != "" {
			t.Fatalf("the last of %d segments ends at %x", total, high)
		}
	}
}

func TestSizesAreCountedAsDynamoDBCounts(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		json string
		want int
	}{
		{`{}`, 0}, {`{"a":{"S":""}}`, 1}, {`{"ab":{"S":"hé"}}`, 5}, {`{"a":{"B":"AAEC"}}`, 4}, {`{"a":{"BOOL":false}}`, 2}, {`{"a":{"NULL":true}}`, 2},
		{`{"a":{"N":"0"}}`, 2}, {`{"a":{"N":"1"}}`, 3}, {`{"a":{"N":"12"}}`, 3}, {`{"a":{"N":"123"}}`, 4}, {`{"a":{"N":"-123"}}`, 5}, {`{"a":{"N":"1.2"}}`, 4}, {`{"a":{"N":"1000"}}`, 3},
		{`{"a":{"SS":["x","yz"]}}`, 4}, {`{"a":{"L":[]}}`, 4}, {`{"a":{"L":[{"S":"x"},{"BOOL":true}]}}`, 8}, {`{"a":{"M":{"k":{"S":"v"}}}}`, 7},
	} {
		it, err := ParseItem([]byte(c.json))
		if err != nil {
			t.Fatalf("%s: %v", c.json, err)
		}
		if got := it.Size(); got != c.want {
			t.Errorf("%s: got %d bytes, want %d", c.json, got, c.want)
		}
	}
}

func TestNumbersAreSizedAsTheyWereMeasuredOnAWS(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int{
		"0": 1, "-0": 1, "1": 2, "12": 2, "123": 3, "1234": 3, "12345678901234567890123456789012345678": 20,
		"0042": 2, "100": 2, "120": 2, "1010": 3, "0.0000001": 2, "0.012": 2, "1E125": 2, "1E-100": 2,
		"1.5": 3, "15": 2, "1.200": 3, "1.234": 4, "3.14159": 5, "123456": 4, "100.5": 4, "0.15": 2, "-42": 3,
	} {
		canonical, err := ParseNumber(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := (Value{Kind: N, Text: canonical}).Size(); got != want {
			t.Errorf("%s: got %d bytes, want %d", text, got, want)
		}
	}
}

// FuzzNumber: a number that is read is canonical, stays as it is when read
// again, and is as large as its key and its size can hold.
func FuzzNumber(f *testing.F) {
	for _, seed := range []string{"0", "-0.0", "+1.50", "007", "1e125", "-1E-130", ".5", "5.", "0e126", "9223372036854775807", "1e", "--1", strings.Repeat("9", 38)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		n, err := ParseNumber(text)
		if err != nil {
			return
		}
		if again, err := ParseNumber(n); err != nil || again != n {
			t.Fatalf("%q was read as %q, which reads as %q, %v", text, n, again, err)
		}
		v := Value{Kind: N, Text: n}
		if size := v.Size(); size < 1 || size > 21 {
			t.Fatalf("%q has size %d", n, size)
		}
		if CompareNumbers(n, n) != 0 || n != "0" && CompareNumbers(n, Negate(n)) == 0 {
			t.Fatalf("%q compares wrongly", n)
		}
	})
}

func FuzzItem(f *testing.F) {
	for _, seed := range []string{
		`{"a":{"S":"x"},"b":{"N":"1.50"},"c":{"B":"AAH/"},"d":{"L":[{"M":{"k":{"NULL":true}}},{"SS":["a","b"]}]}}`,
		`{"a":{"S":"\ud834\udd1e \" \\ \n"}}`, `{"a":{"S":"x","N":"1"}}`, `{"a":`, `{"a":{"NS":["1","1.0"]}}`, ` { } `,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		it, err := ParseItem(data)
		if err != nil {
			return
		}
		text := it.AppendJSON(nil)
		again, err := ParseItem(text)
		if err != nil || !it.Equal(again) {
			t.Fatalf("%q was read as %s, which reads as %s, %v", data, text, again.AppendJSON(nil), err)
		}
		if it.Size() < 0 {
			t.Fatalf("%q has size %d", data, it.Size())
		}
	})
}

func TestTextThatIsNotAnItemIsRefused(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		``, `{`, `[]`, `{"a":"x"}`, `{"a":{"S":1}}`, `{"a":{"S":"x"}`, `{"a":{"S":"x"}} trailing`, `{"a":{}}`, `{"a":{"X":"x"}}`, `{"a":{"NULL":false}}`,
		`{"a":{"SS":[]}}`, `{"a":{"NS":["1","1.0"]}}`, `{"a":{"B":"not base64!"}}`, `{"a":{"N":"one"}}`, `{"a":{"S":"x","N":"1"}}`, "{\"a\":{\"S\":\"\x01\"}}", `{"a":{"S":"\x"}}`,
		"{\"a\":{\"S\":\"\xff\"}}", strings.Repeat(`{"a":{"M":`, 40) + `{}` + strings.Repeat(`}}`, 40),
	} {
		r := pull.New([]byte(text))
		ReadItem(r)
		if r.End() == nil {
			t.Errorf("%q was taken for an item", text)
		}
	}
}
