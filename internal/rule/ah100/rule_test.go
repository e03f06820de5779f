package ah100_test

import (
	"testing"

	"aiohub/internal/rule/ah100"
	"aiohub/internal/rule/ruletest"
)

func Test(t *testing.T) { ruletest.Run(t, ah100.Rule) }
