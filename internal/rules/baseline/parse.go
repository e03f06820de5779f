package baseline

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"aiohub/internal/output/fault"
)

const remake = "correct the line, or delete the file and run `aiohub check --update`"

// Parse reads the content of a baseline. It takes what Format writes in any order and spacing, and nothing else: a
// count that is silently dropped would let findings in.
func Parse(content []byte, shown string) (Counts, error) {
	if line := conflictLine(content); line > 0 {
		return nil, fault.At(shown, line, "a merge conflict is not resolved",
			"take either side, then run `aiohub check --update`")
	}
	p := &parser{content: content, shown: shown, decoder: json.NewDecoder(bytes.NewReader(content))}
	p.decoder.UseNumber()
	counts, err := p.document()
	if err != nil {
		return nil, err
	}
	return counts, nil
}

func conflictLine(content []byte) int {
	number := 0
	for line := range bytes.Lines(content) {
		number++
		for _, mark := range []string{"<<<<<<< ", "||||||| ", "=======", ">>>>>>> "} {
			if bytes.HasPrefix(line, []byte(mark)) {
				return number
			}
		}
	}
	return 0
}

type parser struct {
	content []byte
	shown   string
	decoder *json.Decoder
}

// fail makes a fault at the line of the token read last.
func (p *parser) fail(format string, args ...any) error {
	return p.failAt(p.decoder.InputOffset(), format, args...)
}

func (p *parser) failAt(offset int64, format string, args ...any) error {
	offset = min(max(offset, 0), int64(len(p.content)))
	line := 1 + bytes.Count(p.content[:offset], []byte("\n"))
	return fault.At(p.shown, line, fmt.Sprintf(format, args...), remake)
}

func (p *parser) token() (json.Token, error) {
	token, err := p.decoder.Token()
	var syntax *json.SyntaxError
	switch {
	case errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF):
		return nil, p.failAt(int64(len(bytes.TrimSpace(p.content))), "the file ends too early")
	case errors.As(err, &syntax):
		return nil, p.failAt(syntax.Offset-1, "not JSON: %s", syntax.Error())
	case err != nil:
		return nil, p.fail("not JSON: %v", err)
	}
	return token, nil
}

func (p *parser) open(what string) error {
	token, err := p.token()
	if err != nil {
		return err
	}
	if token != json.Delim('{') {
		return p.fail("%s has to be an object", what)
	}
	return nil
}

// members calls each for every member of the object that is open, and closes it.
func (p *parser) members(each func(key string) error) error {
	seen := map[string]bool{}
	for p.decoder.More() {
		token, err := p.token()
		if err != nil {
			return err
		}
		key, ok := token.(string)
		if !ok {
			return p.fail("a key has to be a string")
		}
		if seen[key] {
			return p.fail("%q stands here for the second time", key)
		}
		seen[key] = true
		if err := each(key); err != nil {
			return err
		}
	}
	_, err := p.token()
	return err
}

func (p *parser) document() (Counts, error) {
	counts := Counts{}
	versioned := false
	if err := p.open("the baseline"); err != nil {
		return nil, err
	}
	err := p.members(func(key string) error {
		switch key {
		case "version":
			n, err := p.number()
			if err != nil {
				return err
			}
			if n != version {
				return p.fail("version %d is not known, this aiohub writes %d", n, version)
			}
			versioned = true
			return nil
		case "counts":
			return p.counts(counts)
		}
		return p.fail("unknown key %q; the keys are version, counts", key)
	})
	if err != nil {
		return nil, err
	}
	if !versioned {
		return nil, p.fail("the version is missing")
	}
	if _, err := p.decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, p.fail("something follows the end")
	}
	return counts, nil
}

func (p *parser) counts(counts Counts) error {
	if err := p.open("counts"); err != nil {
		return err
	}
	return p.members(func(code string) error {
		if !strings.HasPrefix(code, "AH") {
			return p.fail("%q is no rule code", code)
		}
		if err := p.open(code); err != nil {
			return err
		}
		return p.members(func(file string) error {
			n, err := p.number()
			if err != nil {
				return err
			}
			if n < 1 {
				return p.fail("a count has to be 1 or more; leave out what is 0")
			}
			counts.add(code, file, n)
			return nil
		})
	})
}

func (p *parser) number() (int, error) {
	token, err := p.token()
	if err != nil {
		return 0, err
	}
	number, ok := token.(json.Number)
	if !ok {
		return 0, p.fail("a whole number has to stand here")
	}
	n, err := number.Int64()
	if err != nil || n > 1<<30 || n < -1<<30 {
		return 0, p.fail("a whole number has to stand here, not %s", number)
	}
	return int(n), nil
}
