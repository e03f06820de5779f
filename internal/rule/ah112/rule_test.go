package ah112_test

import (
	"testing"

	"aiohub/internal/rule/ah112"
	"aiohub/internal/rule/ruletest"
)

func Test(t *testing.T) { ruletest.Run(t, ah112.Rule) }
