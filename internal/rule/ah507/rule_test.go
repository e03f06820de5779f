package ah507_test

import (
	"testing"

	"aiohub/internal/rule/ah507"
	"aiohub/internal/rule/ruletest"
)

func Test(t *testing.T) { ruletest.Run(t, ah507.Rule) }
