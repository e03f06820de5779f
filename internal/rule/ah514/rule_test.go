package ah514_test

import (
	"testing"

	"aiohub/internal/rule/ah514"
	"aiohub/internal/rule/ruletest"
)

func Test(t *testing.T) { ruletest.Run(t, ah514.Rule) }
