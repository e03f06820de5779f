package cli

import (
	"context"

	"aiohub/internal/program/port"
)

// survey counts what stage 2 can do with the names of the tree, whatever the plan says of their functions.
func (a *App) survey(ctx context.Context, j *job, options port.Options) (*port.Result, error) {
	outcome, _, err := a.planOf(ctx, j, &planFlags{})
	if err != nil {
		return nil, err
	}
	graph, err := graphForPort(ctx, j, outcome.Walked)
	if err != nil {
		return nil, err
	}
	tree, err := a.sources(ctx, j)
	if err != nil {
		return nil, err
	}
	return port.Survey2(tree, graph, options)
}
