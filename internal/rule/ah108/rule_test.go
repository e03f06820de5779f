package ah108_test

import (
	"testing"

	"aiohub/internal/rule/ah108"
	"aiohub/internal/rule/ruletest"
)

func Test(t *testing.T) { ruletest.Run(t, ah108.Rule) }
