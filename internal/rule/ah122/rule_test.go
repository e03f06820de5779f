package ah122_test

import (
	"testing"

	"aiohub/internal/rule/ah122"
	"aiohub/internal/rule/ruletest"
)

func Test(t *testing.T) { ruletest.Run(t, ah122.Rule) }
