package pysource

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestDetect(t *testing.T) {
	tests := []struct {
		src, name string
		err       error
	}{
		{"", "utf-8", nil},
		{"x = 1\n# coding: latin-1\n", "utf-8", nil},
		{"# coding: latin-1\n", "iso-8859-1", nil},
		{"#!/usr/bin/python\n# -*- coding: Latin_1 -*-\n", "iso-8859-1", nil},
		{"\n# vim: set fileencoding=utf-8 :\n", "utf-8", nil},
		{"\n\n# coding: latin-1\n", "utf-8", nil},
		{"#!x\r\n# coding=cp1252\r\n", "cp1252", nil},
		{"#!x\r# coding=cp1252\r", "cp1252", nil},
		{"  \t# coding: koi8-r\n", "koi8-r", nil},
		{"# encoding without a name, coding:\n# coding: iso-8859-15\n", "iso8859-15", nil},
		{"# coding: euc-jp\n\xa4\xa2", "euc_jp", nil},
		{"# coding: UTF8\n", "utf-8", nil},
		{"# coding: shift_jis\nx = 1\n", "ascii", nil},
		{"# coding: shift_jis\nx = '\x82\xa0'\n", "shift_jis", nil},
		{"# coding: S_JIS\nx = '\x82\xa0'\n", "shift_jis", nil},
		{"# coding: big5\nx = 1\n", "ascii", nil},
		{"# coding: big5\nx = '\xa4\x40'\n", "", ErrUnsupportedEncoding},
		{"# coding: no-such\n", "", ErrUnknownEncoding},
		{"# coding: utf-16\n", "", ErrUnknownEncoding},
		{"\xef\xbb\xbfx", "utf-8", nil},
		{"\xef\xbb\xbf# coding: utf-8\n", "utf-8", nil},
		{"\xef\xbb\xbf# coding: latin-1\n", "", ErrInvalid},
	}
	for _, test := range tests {
		e, err := Detect([]byte(test.src))
		if !errors.Is(err, test.err) {
			t.Errorf("%q: error %v, want %v", test.src, err, test.err)
			continue
		}
		if err == nil && e.Name != test.name {
			t.Errorf("%q: %s, want %s", test.src, e.Name, test.name)
		}
	}
}

func TestText(t *testing.T) {
	tests := []struct{ name, bytes, text string }{
		{"utf-8", "é", "é"},
		{"latin-1", "\xe9", "é"},
		{"cp1252", "\x80\xe9", "€é"},
		{"koi8-r", "\xc1\xc2", "аб"},
		{"iso-8859-15", "\xa4", "€"},
	}
	for _, test := range tests {
		e, err := Detect([]byte("# coding: " + test.name + "\n"))
		if err != nil {
			t.Error(err)
			continue
		}
		if got := e.Text([]byte(test.bytes)); got != test.text {
			t.Errorf("%s: %q, want %q", test.name, got, test.text)
		}
	}
}

func TestCheck(t *testing.T) {
	tests := []struct {
		name, src string
		pos       int
		ok        bool
	}{
		{"utf-8", "aé", 0, true},
		{"utf-8", "a\xe9b", 1, false},
		{"ascii", "ab\x80", 2, false},
		{"latin-1", "\x80\xff", 0, true},
		{"cp1252", "ab\x81", 2, false},
		{"euc-jp", "a\xa4\xa2\x8f\xb0\xa1", 0, true},
		{"euc-jp", "a\xa4", 1, false},
		{"euc-jp", "ab\x80\xa1", 2, false},
		{"euc-jp", "\xa4\xa2\xa4a", 2, false},
	}
	for _, test := range tests {
		e, err := Detect([]byte("# coding: " + test.name + "\n" + test.src))
		if err != nil {
			t.Error(err)
			continue
		}
		if pos, ok := e.Check([]byte(test.src)); ok != test.ok || pos != test.pos {
			t.Errorf("%s %q: %d %v, want %d %v", test.name, test.src, pos, ok, test.pos, test.ok)
		}
	}
}

func TestLines(t *testing.T) {
	l := NewLines([]byte("ab\r\nc\rdé f\n\ng"))
	tests := []struct {
		offset    int
		line, col int
		text      string
	}{
		{0, 1, 0, "ab"}, {1, 1, 1, "ab"}, {3, 1, 3, "ab"}, {4, 2, 0, "c"}, {6, 3, 0, "dé f"}, {10, 3, 4, "dé f"}, {12, 4, 0, ""}, {13, 5, 0, "g"}, {14, 5, 1, "g"},
	}
	for _, test := range tests {
		line, col := l.Position(test.offset)
		if line != test.line || col != test.col || string(l.Bytes(line)) != test.text {
			t.Errorf("offset %d: line %d col %d %q, want %v", test.offset, line, col, l.Bytes(line), test)
		}
	}
	if l.Count() != 5 {
		t.Errorf("%d lines", l.Count())
	}

	l.Reset([]byte("\xef\xbb\xbfx = 1\n"))
	if line, col := l.Position(3); line != 1 || col != 0 {
		t.Errorf("after a byte order mark: line %d col %d", line, col)
	}
	l.Reset([]byte("# coding: latin-1\n\xe9 = 1\n"))
	if line, col := l.Position(20); line != 2 || col != 3 {
		t.Errorf("columns of ast are bytes of UTF-8: line %d col %d, want 2 and 3", line, col)
	}
}

// One place has one line and one column, whatever the encoding, and the text of its line is what it reads as.
func TestPlaces(t *testing.T) {
	for _, test := range []struct {
		name, before, source, text string // source has the place between < and >
		line, column, endLine, end int
	}{
		{"utf-8", "", "x = 'ééé'; <sleep>()", "x = 'ééé'; sleep()", 1, 12, 1, 17},
		{"latin-1", "# coding: latin-1\n", "x = '\xe9\xe9\xe9'; <sleep>()", "x = 'ééé'; sleep()", 2, 12, 2, 17},
		{"koi8-r", "# coding: koi8-r\n", "'\xc1\xc2'; <\xc1>", "'аб'; а", 2, 7, 2, 8},
		{"cp1252", "# coding: cp1252\r\n", "'\x80' + <x>\r\ny", "'€' + x", 2, 7, 2, 8},
		{"euc-jp", "# coding: euc-jp\n", "'\xa4\xa2\x8f\xb0\xa1'; <x>", "'あ丂'; x", 2, 7, 2, 8},
		{"shift_jis", "# coding: shift_jis\n", "'\x95\x5c'; <x>", "'表'; x", 2, 6, 2, 7},
		{"invalid", "", "'\xff\xfe\xe9'; <x>", "'\ufffd\ufffd\ufffd'; x", 1, 8, 1, 9},
		{"undefined", "# coding: ascii\n", "'\x80'; <x>", "'\ufffd'; x", 2, 6, 2, 7},
		{"unknown", "# coding: nonsense\n", "'\xe9'; <x>", "'é'; x", 2, 6, 2, 7},
		{"tabs", "", "\t\tx\t= <y>", "\t\tx\t= y", 1, 7, 1, 8},
		{"form feed", "a\n", "\fdef <f>():", "\fdef f():", 2, 6, 2, 7},
		{"wide", "", "'漢字😀'; <x>", "'漢字😀'; x", 1, 8, 1, 9},
		{"combining", "", "'e\u0301'; <x>", "'e\u0301'; x", 1, 7, 1, 8},
		{"BOM", "\ufeff", "<x> = 1", "x = 1", 1, 1, 1, 2},
		{"BOM and line", "\ufeffa\n", "b.<x>", "b.x", 2, 3, 2, 4},
		{"lone CR", "a\rb\r", "<x>\rz", "x", 3, 1, 3, 2},
		{"two lines", "a\n", "f(<é,\n  é>)\n", "f(é,", 2, 3, 3, 4},
		{"line end", "a\n", "<x\n>y\n", "x", 2, 1, 2, 3},
		{"end of file", "a\n", "<>", "", 2, 1, 2, 1},
		{"vertical tab and separators", "", "'\v\x1c\u2028'; <x>", "'\v\x1c\u2028'; x", 1, 8, 1, 9},
	} {
		from := strings.IndexByte(test.source, '<')
		to := strings.IndexByte(test.source, '>') - 1
		source := test.before + strings.NewReplacer("<", "", ">", "").Replace(test.source)
		p := NewLines([]byte(source)).Place("a.py", len(test.before)+from, len(test.before)+to)
		if p.Line != test.line || p.Column != test.column || p.EndLine != test.endLine || p.EndColumn != test.end {
			t.Errorf("%s: %d:%d to %d:%d, want %d:%d to %d:%d", test.name, p.Line, p.Column, p.EndLine, p.EndColumn, test.line, test.column, test.endLine, test.end)
		}
		if test.text != "" && p.Text != test.text || !utf8.ValidString(p.Text) {
			t.Errorf("%s: %q, want %q", test.name, p.Text, test.text)
		}
		if before, _, _ := p.Split(); utf8.RuneCountInString(before) != p.Column-1 {
			t.Errorf("%s: %q stands before column %d", test.name, before, p.Column)
		}
	}
}

// Places that are asked for one after the other are those that are asked for alone.
func TestPlacesInOrder(t *testing.T) {
	for _, src := range []string{
		"a, \u00e9\u00e9, b = \u20ac; c\nd = \u00e9\r\n\u00e9",
		"\ufeff\u00e9 = 1\n# \u00e9",
		"# -*- coding: latin-1 -*-\n\xe9 = \xe9\xe9; x\n",
		"# -*- coding: shift_jis -*-\n\x83\x65 = \x83\x65\x83\x65; x\n",
	} {
		together := NewLines([]byte(src))
		for start := range len(src) {
			for end := start; end < len(src); end += 3 {
				got, want := together.Place("a", start, end), NewLines([]byte(src)).Place("a", start, end)
				if got != want {
					t.Errorf("%q %d-%d: %+v, want %+v", src, start, end, got, want)
				}
			}
		}
	}
}

func TestTextOfAVeryLongLine(t *testing.T) {
	src := []byte("x\n" + strings.Repeat("\u20ac", 10000) + "\ny")
	lines := NewLines(src)
	p := lines.Place("a", 2+3*9000, 2+3*9001)
	if p.Column != 9001 || p.EndColumn != 9002 || !strings.HasPrefix(strings.Repeat("\u20ac", 10000), p.Text) || len(p.Text) < 4000 || len(p.Text) > 4096 {
		t.Errorf("column %d-%d, %d bytes of text", p.Column, p.EndColumn, len(p.Text))
	}
	if p := lines.Place("a", len(src)-1, len(src)); p.Text != "y" {
		t.Errorf("%+v", p)
	}
}
