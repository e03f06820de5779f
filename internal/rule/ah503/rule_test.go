package ah503_test

import (
	"testing"

	"aiohub/internal/rule/ah503"
	"aiohub/internal/rule/ruletest"
)

func Test(t *testing.T) { ruletest.Run(t, ah503.Rule) }
