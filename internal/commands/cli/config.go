package cli

import "github.com/spf13/cobra"

func (a *App) configCommand(g *globals) *cobra.Command {
	return &cobra.Command{
		Use:   "config [PATH]",
		Short: "show the configuration in force, and where each value comes from",
		Args:  cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			j, err := g.open(args)
			if err != nil {
				return err
			}
			if _, err := configure(j.Config); err != nil {
				return err
			}
			if _, err := j.format(""); err != nil {
				return err
			}
			return a.deliver(j.Config.Show)
		},
	}
}
