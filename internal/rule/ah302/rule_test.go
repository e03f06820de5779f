package ah302_test

import (
	"testing"

	"aiohub/internal/rule/ah302"
	"aiohub/internal/rule/ruletest"
)

func Test(t *testing.T) { ruletest.Run(t, ah302.Rule) }
