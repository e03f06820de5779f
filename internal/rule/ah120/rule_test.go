package ah120_test

import (
	"testing"

	"aiohub/internal/rule/ah120"
	"aiohub/internal/rule/ruletest"
)

func Test(t *testing.T) { ruletest.Run(t, ah120.Rule) }
