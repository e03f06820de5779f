package webpage

import (
	_ "embed"
	"encoding/json"
	"html/template"
	"io"
	"strconv"
	"strings"
)

//go:embed page.html
var markup string

//go:embed page.css
var style string

//go:embed page.js
var script string

var page = template.Must(template.New("page").Funcs(template.FuncMap{
	"n":      thousands,
	"plural": plural,
	"share":  share,
	"style":  func() template.CSS { return template.CSS(style) },
	"script": func() template.JS { return template.JS(script) },
	"chart":  chartOf,
	"graph":  graphOf,
	"total":  total,
}).Parse(markup))

// HTML writes the page.
func HTML(w io.Writer, d *Data) error { return page.Execute(w, d) }

// JSON writes the data of the page.
func JSON(w io.Writer, d *Data) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(d)
}

func thousands(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return thousands(n) + " " + noun + "s"
}

// share is a part as a percentage with one decimal, for widths in CSS.
func share(n, of int) string {
	if of == 0 {
		return "0"
	}
	return strconv.FormatFloat(100*float64(n)/float64(of), 'f', 1, 64)
}

func total(rules []Rule) int {
	n := 0
	for i := range rules {
		n += len(rules[i].Findings)
	}
	return n
}

// Frame cuts a line of code into what stands before a finding, the finding itself, and what stands after it. column and
// width count bytes.
func (f *Finding) Frame(column, width int) {
	column = min(max(column, 0), len(f.Source))
	end := min(max(column+width, column), len(f.Source))
	f.Before = strings.TrimLeft(f.Source[:column], " \t\f")
	f.Marked, f.After = f.Source[column:end], f.Source[end:]
}
