package parallel_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"

	"aiohub/internal/files/parallel"
)

func TestEachIndexIsDoneOnce(t *testing.T) {
	for _, workers := range []int{0, 1, 3, 100} {
		for _, n := range []int{0, 1, 50} {
			counts := make([]atomic.Int32, n)
			err := parallel.Each(context.Background(), workers, n, func() func(int) {
				return func(i int) { counts[i].Add(1) }
			})
			if err != nil {
				t.Fatal(err)
			}
			for i := range counts {
				if got := counts[i].Load(); got != 1 {
					t.Errorf("%d workers, %d indexes: %d was done %d times", workers, n, i, got)
				}
			}
		}
	}
}

func TestNothingIsBegunWhenTheContextHasEnded(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	begun := 0
	err := parallel.Each(ctx, 1, 10, func() func(int) {
		return func(i int) {
			begun++
			if i == 3 {
				cancel()
			}
		}
	})
	if !errors.Is(err, context.Canceled) || begun != 4 {
		t.Errorf("%d were begun, error %v", begun, err)
	}
}
