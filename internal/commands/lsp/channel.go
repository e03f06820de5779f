package lsp

import (
	"errors"
	"fmt"
	"io"

	"github.com/creachadair/jrpc2/channel"
)

// tolerant is a channel that takes what some clients say of their content's type, which is always JSON, and no length
// for granted.
type tolerant struct{ channel.Channel }

func newChannel(in io.Reader, out io.Writer) channel.Channel {
	return tolerant{channel.LSP(in, open{out})}
}

func (t tolerant) Recv() (message []byte, err error) {
	defer func() {
		if fault := recover(); fault != nil { // no memory has the length that the header says
			message, err = nil, fmt.Errorf("read a message: %v", fault)
		}
	}()
	message, err = t.Channel.Recv()
	var other *channel.ContentTypeMismatchError
	if errors.As(err, &other) {
		err = nil
	}
	return message, err
}

// open is a writer that stays open.
type open struct{ io.Writer }

func (open) Close() error { return nil }
