package ah501_test

import (
	"testing"

	"aiohub/internal/rule/ah501"
	"aiohub/internal/rule/ruletest"
)

func Test(t *testing.T) { ruletest.Run(t, ah501.Rule) }
