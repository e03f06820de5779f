package ah104_test

import (
	"testing"

	"aiohub/internal/rule/ah104"
	"aiohub/internal/rule/ruletest"
)

func Test(t *testing.T) { ruletest.Run(t, ah104.Rule) }
