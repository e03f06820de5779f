package pytoken

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"
)

// kinds prints the tokens of src, without the empty first one and EOF: a name for those without text, else the text.
func kinds(src string) (string, []Error) {
	var l Scanner
	var s Stream
	l.Scan(&s, []byte(src), []byte(src), utf8.DecodeRune)
	var out []string
	for _, k := range s.Tokens[1 : len(s.Tokens)-1] {
		switch k.Kind {
		case Newline:
			out = append(out, "NL")
		case Indent:
			out = append(out, "IN")
		case Dedent:
			out = append(out, "DE")
		case Bad:
			out = append(out, "BAD:"+src[k.Start:k.End])
		default:
			out = append(out, src[k.Start:k.End])
		}
	}
	return strings.Join(out, " "), s.Errors
}

func TestTokens(t *testing.T) {
	tests := []struct{ src, want string }{
		{"", ""},
		{"x", "x NL"},
		{"x\r\ny\rz\n", "x NL y NL z NL"},
		{"a=b==c:=d", "a = b == c := d NL"},
		{"a**=b//=c>>=d<<=e->f...g", "a **= b //= c >>= d <<= e -> f ... g NL"},
		{"a!=b<=c>=d<e>f", "a != b <= c >= d < e > f NL"},
		{"1.5e-3j+0x_Ff 1_000 .5 5. 1..real", "1.5e-3j + 0x_Ff 1_000 .5 5. 1. . real NL"},
		{"1if x else 2", "1 if x else 2 NL"},
		{"if x:\n  y\n  z\nw", "if x : NL IN y NL z NL DE w NL"},
		{"if x:\n\n # c\n  y\n# d\n  z", "if x : NL IN y NL z NL DE"},
		{"(a,\n  b)\nc", "( a , b ) NL c NL"},
		{"a \\\n  b", "a b NL"},
		{"  \\\n  if x: pass", "IN if x : pass NL DE"},
		{"'a\\'b' \"c\\\nd\"", "'a\\'b' \"c\\\nd\" NL"},
		{"'''a'b\n''c'''+d", "'''a'b\n''c''' + d NL"},
		{"rb'\\'' x", "rb'\\'' x NL"},
		{"ur'x' fu'y'", "ur 'x' fu 'y' NL"},
		{"f'a{b!r:>{c}}d' e", "f' a { b ! r : > { c } } d ' e NL"},
		{"f'{a:=5}{b!=c}{{d}}'", "f' { a : =5 } { b != c } {{d}} ' NL"},
		{"f'{x[\"a\":1]}{ {1:2} }'", "f' { x [ \"a\" : 1 ] } { { 1 : 2 } } ' NL"},
		{"f'{f\"{1}\"}' F''", "f' { f\" { 1 } \" } ' F' ' NL"},
		{"rf'\\{a}' f'\\N{DASH}{b}\\{c}'", "rf' \\ { a } ' f' \\N{DASH} { b } \\ { c } ' NL"},
		{"t'''{\na\n}'''", "t''' { a } ''' NL"},
		{"match case type lazy _ print", "match case type lazy _ print NL"},
		{"naïve = ｘ", "naïve = ｘ NL"},
		{"a # b\n#c", "a NL"},
	}
	for _, test := range tests {
		got, faults := kinds(test.src)
		if len(faults) > 0 {
			t.Errorf("%q: %v", test.src, faults)
		}
		if got != test.want {
			t.Errorf("%q:\n got %s\nwant %s", test.src, got, test.want)
		}
	}
}

func TestFaults(t *testing.T) {
	tests := []struct {
		src   string
		pos   uint32
		fault string
	}{
		{"'abc\nx", 0, "unterminated string literal"},
		{"x = '''abc\nd", 4, "unterminated triple-quoted string literal"},
		{"f'{a", 2, "'{' was never closed"},
		{"f'a}'", 3, "f-string: single '}' is not allowed"},
		{"x(\n", 1, "'(' was never closed"},
		{"x)", 1, "unmatched ')'"},
		{"(]", 1, "closing parenthesis ']' does not match opening parenthesis '('"},
		{"1_", 1, "invalid decimal literal"},
		{"1__0", 1, "invalid decimal literal"},
		{"0777", 0, "leading zeros in decimal integer literals are not permitted; use an 0o prefix for octal integers"},
		{"0x", 0, "invalid hexadecimal literal"},
		{"0o8", 0, "invalid octal literal"},
		{"1abc", 0, "invalid decimal literal"},
		{"a $ b", 2, "invalid character '$'"},
		{"a\u00a0b", 1, "invalid character '\u00a0' (U+00A0)"},
		{"“x”", 0, "invalid character '“' (U+201C)"},
		{"if x:\n    y\n  z", 14, "unindent does not match any outer indentation level"},
		{"if x:\n        y\n\tz", 17, "inconsistent use of tabs and spaces in indentation"},
		{"a \\ b", 2, "unexpected character after line continuation character"},
		{"b'é'", 0, "bytes can only contain ASCII literal characters"},
		{`'\x4'`, 1, `truncated \x escape`},
		{`b'\x4'`, 2, `invalid \x escape`},
		{`'\U00110000'`, 1, "illegal Unicode character"},
		{`'\N{'`, 1, `malformed \N character escape`},
	}
	for _, test := range tests {
		_, faults := kinds(test.src)
		if len(faults) == 0 {
			t.Errorf("%q: no fault", test.src)
			continue
		}
		if got, want := fmt.Sprint(faults[0]), fmt.Sprint(Error{test.pos, test.fault}); got != want {
			t.Errorf("%q: got %s, want %s", test.src, got, want)
		}
	}
}

func TestComments(t *testing.T) {
	const src = "# one\nx = '# no' # two\n(  # three\r)\n# four"
	var l Scanner
	var s Stream
	l.Scan(&s, []byte(src), []byte(src), utf8.DecodeRune)
	var got []string
	for _, c := range s.Comments {
		got = append(got, src[c.Start:c.End])
	}
	if fmt.Sprint(got) != "[# one # two # three # four]" {
		t.Errorf("comments are %q", got)
	}
}

// TestForms is what a literal's token says about it.
func TestForms(t *testing.T) {
	tests := []struct {
		src  string
		form Form
	}{
		{"1", Int}, {"1_0", Int}, {"0x1e5", Int}, {"1.", Float}, {"1e5", Float}, {"1j", Complex}, {"1.5J", Complex},
		{"''", 0}, {"r''", Raw}, {"bR''", Raw | Bytes}, {"u''", Unicode}, {"''''''", Triple}, {`'\n'`, Escaped}, {`RF"""x"""`, Raw | Triple},
	}
	for _, test := range tests {
		var l Scanner
		var s Stream
		l.Scan(&s, []byte(test.src), []byte(test.src), utf8.DecodeRune)
		if got := s.Tokens[1].Form; got != test.form {
			t.Errorf("%s: form %b, want %b", test.src, got, test.form)
		}
	}
}

// TestRecovery is where a line is taken to end although a bracket is open.
func TestRecovery(t *testing.T) {
	tests := []struct{ src, want string }{
		{"x = f(a,\ny = g(b)\n", "x = f ( a , NL y = g ( b ) NL"},
		{"f(a,\n  def g(): pass\n", "f ( a , NL IN def g ( ) : pass NL DE"},
		{"f(a,\n  b)\ng(c\nh(d)\n", "f ( a , b ) NL g ( c NL h ( d ) NL"},
		{"f(\n  a\n", "f ( a NL"},
		{"x = {\n  'a': f(\n}\ny = 1\n", "x = { 'a' : f ( } NL y = 1 NL"},
		{"s = '''a\nb = 1\n", "s = '''a NL b = 1 NL"},
		{"s = '''a\nb = '''c d'''\n", "s = '''a NL b = '''c d''' NL"},
		{"f'{a\nb = 1\n", "f' { a NL b = 1 NL"},
	}
	for _, test := range tests {
		got, faults := kinds(test.src)
		if len(faults) == 0 {
			t.Errorf("%q: no fault", test.src)
		}
		if got != test.want {
			t.Errorf("%q:\n got %s\nwant %s", test.src, got, test.want)
		}
	}
}
