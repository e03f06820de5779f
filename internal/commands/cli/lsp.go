package cli

import (
	"github.com/spf13/cobra"

	"aiohub/internal/commands/lsp"
	"aiohub/internal/rules/rule/all"
)

func (a *App) lspCommand(g *globals) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "lsp",
		Short: "serve an editor: findings as they are written",
		Long: `Speak the Language Server Protocol on stdin and stdout. An editor that starts this shows what the rules find in the files that are open in
it, saved or not, and what a rule means on hover. What the baseline allows is a hint.

The tree of each file is found from the file upwards, as for the other commands.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			clean, err := lsp.Serve(cmd.Context(), cmd.InOrStdin(), a.Stdout, lsp.Options{
				Config: g.config, Configure: configure, Rules: all.Rules(), Workers: g.workers(), NoCache: g.noCache,
				Tool: a.identity(), Version: a.Version,
			})
			if err == nil && !clean {
				return errFound // as the protocol has it for an exit without a shutdown
			}
			return err
		},
	}
	cmd.Flags().Bool("stdio", true, "speak on stdin and stdout, which is the only way")
	return cmd
}
