package report

import (
	"bufio"
	"encoding/xml"
	"fmt"
	"io"
	"strings"

	"aiohub/internal/output/glyph"
)

type junitSuites struct {
	XMLName  xml.Name     `xml:"testsuites"`
	Name     string       `xml:"name,attr"`
	Tests    int          `xml:"tests,attr"`
	Failures int          `xml:"failures,attr"`
	Suites   []junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name     string      `xml:"name,attr"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Cases    []junitCase `xml:"testcase"`
}

type junitCase struct {
	Name      string        `xml:"name,attr"`
	ClassName string        `xml:"classname,attr"`
	File      string        `xml:"file,attr,omitempty"`
	Line      int           `xml:"line,attr,omitempty"`
	Failure   *junitFailure `xml:"failure"`
}

type junitFailure struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr"`
	Text    string `xml:",chardata"`
}

// junit writes one suite for each file and one failed case for each finding. A run without findings is one passed case,
// because most readers take a report without cases for a broken one.
func junit(w io.Writer, r *Report) error {
	doc := junitSuites{Name: "aiohub"}
	for i := range r.Findings {
		f := &r.Findings[i]
		file := glyph.Line(f.File)
		if len(doc.Suites) == 0 || doc.Suites[len(doc.Suites)-1].Name != file {
			doc.Suites = append(doc.Suites, junitSuite{Name: file})
		}
		suite := &doc.Suites[len(doc.Suites)-1]
		text := fmt.Sprintf("%s:%d:%d\n%s\n", file, f.Line, f.Column, glyph.Line(strings.TrimSpace(f.Text)))
		if f.Help != "" {
			text += "help: " + glyph.Line(f.Help) + "\n"
		}
		suite.Cases = append(suite.Cases, junitCase{
			Name: fmt.Sprintf("%s %s:%d:%d", f.Code, f.Name, f.Line, f.Column), ClassName: file, File: file, Line: f.Line,
			Failure: &junitFailure{Message: glyph.Lines(f.Message), Type: string(f.Severity), Text: text},
		})
		suite.Tests++
		suite.Failures++
		doc.Tests++
		doc.Failures++
	}
	if len(doc.Suites) == 0 {
		doc.Tests = 1
		doc.Suites = []junitSuite{{Name: "aiohub", Tests: 1, Cases: []junitCase{{Name: "no findings", ClassName: "aiohub"}}}}
	}
	out := bufio.NewWriter(w)
	out.WriteString(xml.Header)
	encoder := xml.NewEncoder(out)
	encoder.Indent("", "  ")
	if err := encoder.Encode(doc); err != nil {
		return err
	}
	out.WriteByte('\n')
	return out.Flush()
}
