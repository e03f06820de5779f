package ah110_test

import (
	"testing"

	"aiohub/internal/rule/ah110"
	"aiohub/internal/rule/ruletest"
)

func Test(t *testing.T) { ruletest.Run(t, ah110.Rule) }
