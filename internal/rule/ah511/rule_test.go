package ah511_test

import (
	"testing"

	"aiohub/internal/rule/ah511"
	"aiohub/internal/rule/ruletest"
)

func Test(t *testing.T) { ruletest.Run(t, ah511.Rule) }
