package ah502_test

import (
	"testing"

	"aiohub/internal/rule/ah502"
	"aiohub/internal/rule/ruletest"
)

func Test(t *testing.T) { ruletest.Run(t, ah502.Rule) }
