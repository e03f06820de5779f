package ah402_test

import (
	"testing"

	"aiohub/internal/rule/ah402"
	"aiohub/internal/rule/ruletest"
)

func Test(t *testing.T) { ruletest.Run(t, ah402.Rule) }
