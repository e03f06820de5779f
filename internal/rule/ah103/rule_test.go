package ah103_test

import (
	"testing"

	"aiohub/internal/rule/ah103"
	"aiohub/internal/rule/ruletest"
)

func Test(t *testing.T) { ruletest.Run(t, ah103.Rule) }
